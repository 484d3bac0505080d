import type { App } from '../core/app/app.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { requireRoomToRun } from './require-quota.ts';
import { changeApp, requireRelease } from './change-app.ts';

/** Starts a stopped app with its last release and replicas. */
export function startApp(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string },
): { app: App; operation: Operation } {
  return changeApp(deps, actor, input.app, {
    kind: 'start',
    intent: 'running',
    input: {},
    isAllowed: (app) => {
      requireRelease(app);
      requireRoomToRun(deps, app);
    },
  });
}
