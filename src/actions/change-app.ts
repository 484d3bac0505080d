import type { App, AppIntent } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation, OperationKind } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { refuseWhileBusy } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';

type Change = {
  kind: OperationKind;
  intent: AppIntent | null;
  input: unknown;
  isAllowed?: (app: App) => void;
};

/** What stop, start, restart and delete share: find, check, record the intent and the operation in one transaction, nudge. */
export function changeApp(
  deps: ActionDeps,
  actor: Actor,
  ref: string,
  change: Change,
): { app: App; operation: Operation } {
  const accepted = deps.store.transaction(() => {
    const app = findApp(deps, actor, ref);
    if (change.kind !== 'delete') refuseWhileBusy(deps, app);
    change.isAllowed?.(app);
    const changed =
      change.intent === null
        ? app
        : deps.store.apps.update(app.id, { intent: change.intent }, deps.clock.now());
    return { app: changed, operation: queueOperation(deps, actor, changed, change.kind, change.input) };
  });
  wakeFor(deps, accepted.app);
  return accepted;
}

/** Starting and restarting need something that was deployed. */
export function requireRelease(app: App): void {
  if (app.releaseNumber !== null) return;
  throw new CraneError('app.conflict', {
    message: `${app.uniqueName} has no release that could run.`,
    fix: `Deploy it again: crane deploy --app ${app.uniqueName}`,
  });
}
