import type { App } from '../core/app/app.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { changeApp } from './change-app.ts';

export type DeleteOrder = { volumes: string[] };

/** Deletes the app: instances, networks, routes, rules and its row go; only the volumes that are named go with it. */
export function deleteApp(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; volumes: readonly string[] },
): { app: App; operation: Operation } {
  const order: DeleteOrder = { volumes: [...input.volumes] };
  return changeApp(deps, actor, input.app, { kind: 'delete', intent: 'deleted', input: order });
}
