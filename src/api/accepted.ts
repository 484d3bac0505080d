import type { ActionDeps, Actor } from '../actions/action-deps.ts';
import { describeApp, type AppView } from '../actions/describe-app.ts';
import type { App } from '../core/app/app.ts';
import type { Operation } from '../core/operation/operation.ts';

/** An accepted change as the API tells it: the app as it is now, and the operation that goes on. */
export function viewOfAccepted(
  deps: ActionDeps,
  actor: Actor,
  { app, operation }: { app: App; operation: Operation },
): { app: AppView; operation: Operation } {
  return { app: describeApp(deps, actor, { app: String(app.id) }), operation };
}

/** The `Location` of a 202. */
export function operationUrl(operation: Operation): string {
  return `/api/v1/operations/${operation.id}`;
}
