import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import { tell } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';
import { waitSettled } from './settle-operation.ts';

const orderSchema = z.object({ services: z.array(z.string()) });
const doneSchema = z.object({ release: z.number() });

/** A restart is a release that changes nothing but asks for new instances; so it rolls like any other, and survives a crash. */
export async function restartOperation(context: OperationContext): Promise<{ release: number }> {
  const { state, app, operation, input } = context;
  const { store, clock } = state.deps;
  const before = doneSchema.safeParse(operation.result);
  const release = before.success
    ? before.data.release
    : store.transaction(() => {
        const current = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
        if (current === null)
          throw new CraneError('app.conflict', `${app.uniqueName} has no release to restart.`);
        const { services } = orderSchema.parse(input);
        const made = store.releases.create({
          appId: app.id,
          project: current.project,
          images: current.images,
          restarts: services.length > 0 ? services : Object.keys(current.project.services),
          createdAt: clock.now(),
          createdBy: operation.userId,
        });
        store.apps.update(
          app.id,
          { releaseNumber: made.number, stableReleaseNumber: made.number },
          clock.now(),
        );
        store.operations.update(operation.id, { result: { release: made.number } });
        return made.number;
      });
  await waitSettled(context);
  tell(state, app, 'app.restarted', `${app.uniqueName} was restarted`);
  return { release };
}
