import type { AdmissionReport } from '../core/admission/admission.ts';
import { detailOf } from '../core/admission/refusal.ts';
import type { ErrorDetail } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { judgeApp } from './admit-app.ts';
import { findApp } from './find-app.ts';
import { checkDeployable, type ComposeInput } from './plan-deployment.ts';
import { localImages } from './local-images.ts';

export type AdmissionCheck = Omit<AdmissionReport, 'violations'> & {
  violations: readonly (AdmissionReport['violations'][number] & Pick<ErrorDetail, 'pointer' | 'place'>)[];
};

/**
 * What the policies would say of compose files, by a role; nothing is stored. Images that are here, and their scans, are judged too.
 * A user asks for a user only.
 */
export async function checkAdmission(
  deps: ActionDeps,
  actor: Actor,
  input: ComposeInput & { name?: string; app?: string; role?: 'user' | 'admin' },
  signal?: AbortSignal,
): Promise<AdmissionCheck> {
  const app = input.app === undefined ? null : findApp(deps, actor, input.app);
  const written = checkDeployable(input, app?.engineName ?? input.name);
  const { project } = written;
  const role = actor.user.role === 'admin' ? (input.role ?? 'admin') : 'user';
  const images = await localImages(deps, project, signal);
  const isScanned = Object.values(images).some(
    (image) => image !== null && deps.store.scans.find(image.imageId) !== null,
  );
  const report = await judgeApp(
    deps,
    {
      action: 'check',
      actor: { id: actor.user.id, role },
      app: app ?? { id: null, uniqueName: project.name, engineName: project.name },
      project,
      images,
      isScanned,
      root: input.directory ?? null,
    },
    signal,
  );
  const violations = report.violations.map((violation) => {
    const { pointer, place } = detailOf(violation, written);
    return {
      ...violation,
      ...(pointer === undefined ? {} : { pointer }),
      ...(place === undefined ? {} : { place }),
    };
  });
  return { ...report, violations };
}
