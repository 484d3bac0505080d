import type { Release, ResolvedImage } from '../core/app/app.ts';
import { decideImage } from '../core/build/decide-image.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import type { ComposeProblem } from '../core/compose/load-compose.ts';
import { diffRelease, type ReleaseDiff } from '../core/plan/diff-release.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import type { DeployInput } from './deploy-app.ts';
import { checkAdmission, type AdmissionCheck } from './check-admission.ts';
import { localImages } from './local-images.ts';
import { findApp } from './find-app.ts';
import { refuseConflicts } from './refuse-conflicts.ts';
import { checkDeployable } from './plan-deployment.ts';
import { networkOwner } from '../core/route/desire-routes.ts';
import { presentSecrets, secretVersions } from './stored-secrets.ts';

export type DeploymentPreview = {
  /** Null for a new app. */
  app: string | null;
  changes: ReleaseDiff;
  /** Images that are not on this machine yet and would be pulled. */
  toPull: string[];
  /** Services whose image would be built. */
  toBuild: string[];
  warnings: readonly ComposeProblem[];
  /** What the policies say of it, as far as the images are known. */
  admission: AdmissionCheck;
};

/** What a deployment would change; nothing is stored, pulled or started. */
export async function previewDeployment(
  deps: ActionDeps,
  actor: Actor,
  input: DeployInput,
  signal?: AbortSignal,
): Promise<DeploymentPreview> {
  const app = input.app === undefined ? null : findApp(deps, actor, input.app);
  const { project, positions, secrets, warnings } = checkDeployable(input, app?.engineName ?? input.name);
  if (app !== null) refuseConflicts(deps, app, { project, positions });
  const admission = await checkAdmission(deps, actor, input, signal);
  const current =
    app === null || app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const local = await localImages(deps, project, signal);
  const toBuild = Object.entries(project.services).flatMap(([name, spec]) =>
    isToBuild(spec, input, local[name] ?? null) ? [name] : [],
  );
  // What a build gives is not known before: it counts as the image of now.
  const unknown = toBuild.map((name) => [name, current?.images[name] ?? null] as const);
  const images = { ...local, ...Object.fromEntries(unknown) };
  // What is not there yet is told when it is deployed.
  const values = { ...secrets, ...(app === null ? {} : presentSecrets(deps.store, app, project)) };
  const changes = diffRelease({
    ...networkOwner(deps.settings.prefix, app ?? { engineName: project.name }),
    from: current,
    to: { project, images, secretVersions: versionsOf(deps, current, values) },
  });
  const toPull = Object.entries(images).flatMap(([service, image]) =>
    image === null && !toBuild.includes(service) ? [project.services[service]?.image ?? ''] : [],
  );
  return {
    app: app?.uniqueName ?? null,
    changes,
    toBuild,
    toPull: [...new Set(toPull)].filter((ref) => ref !== ''),
    warnings,
    admission,
  };
}

/** Whether a deployment builds it; what could still be pulled counts as pulled. */
function isToBuild(spec: ComposeService, input: DeployInput, local: ResolvedImage | null): boolean {
  const { pull = 'missing', isBuilding = false } = input;
  const decision = decideImage(spec, { pull, isBuilding });
  return (
    decision?.kind === 'build' || (decision?.kind === 'pull-or-build' && local === null && pull === 'never')
  );
}

function versionsOf(
  { store }: ActionDeps,
  current: Release | null,
  values: Readonly<Record<string, string>>,
): Record<string, number> {
  const before = current === null ? {} : store.releases.secrets(current.appId, current.number);
  return secretVersions({ values: before, versions: current?.secretVersions ?? {} }, values, 0);
}
