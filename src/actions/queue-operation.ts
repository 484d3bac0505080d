import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation, OperationKind } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

/** So many operations of one person are open at once; the loops have others to serve. */
const mostOpen = 200;

/** Records an operation durably; the caller wakes the workers after its transaction. @throws `operation.limit`. */
export function queueOperation(
  deps: ActionDeps,
  actor: Actor,
  app: App,
  kind: OperationKind,
  input: unknown,
): Operation {
  // Whoever has too much of everything can always take it away.
  if (kind !== 'delete' && deps.store.operations.countOpen(actor.user.id) >= mostOpen)
    throw new CraneError('operation.limit', {
      message: `${mostOpen} operations of yours are open already.`,
      fix: 'Wait until some are over, or end them with: crane cancel',
      retryAfterSeconds: 5,
    });
  return deps.store.operations.create({
    id: deps.newId('op'),
    kind,
    appId: app.id,
    userId: actor.user.id,
    at: deps.clock.now(),
    input,
  });
}

/** Wakes whoever carries it out. */
export function wakeFor(deps: ActionDeps, app: App): void {
  deps.operations.wake();
  deps.nudge(app.id);
}
