import type { App } from '../core/app/app.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { changeApp, requireRelease } from './change-app.ts';

/** Pulls the images that the app's release names; what runs stays as it is until the next deployment. */
export function pullImages(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string },
): { app: App; operation: Operation } {
  return changeApp(deps, actor, input.app, {
    kind: 'pull',
    intent: null,
    input: {},
    isAllowed: requireRelease,
  });
}
