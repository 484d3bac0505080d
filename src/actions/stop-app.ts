import type { App } from '../core/app/app.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { changeApp } from './change-app.ts';

/** Stops the whole app: its instances go, its volumes, releases and routes stay. Nothing but a person starts it again. */
export function stopApp(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string },
): { app: App; operation: Operation } {
  return changeApp(deps, actor, input.app, { kind: 'stop', intent: 'stopped', input: {} });
}
