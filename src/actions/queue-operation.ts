import type { App } from '../core/app/app.ts';
import type { Operation, OperationKind } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

/** Records an operation durably; the caller wakes the workers after its transaction. */
export function queueOperation(
  deps: ActionDeps,
  actor: Actor,
  app: App,
  kind: OperationKind,
  input: unknown,
): Operation {
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
