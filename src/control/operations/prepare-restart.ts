import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import type { OperationContext } from './operation-kind.ts';
import { storeRelease } from './store-release.ts';

const orderSchema = z.object({ services: z.array(z.string()) });

/** Stores the release that asks for new instances of the same content. */
export async function prepareRestart(context: OperationContext): Promise<number> {
  const { state, app, input } = context;
  const now = state.deps.store.apps.find({ kind: 'all' }, app.id);
  const current = now === null ? null : state.releases.find(now, now.releaseNumber);
  if (current === null) throw new CraneError('app.conflict', `${app.uniqueName} has no release to restart.`);
  const { services } = orderSchema.parse(input);
  const release = storeRelease(context, {
    project: current.project,
    images: current.images,
    root: current.root ?? null,
    secrets: state.deps.store.releases.secrets(app.id, current.number),
    restarts: services.length > 0 ? services : Object.keys(current.project.services),
  });
  state.deps.crashPoint('restart.release-stored');
  return release;
}
