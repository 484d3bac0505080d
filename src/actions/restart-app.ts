import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { requireRoomToRun } from './require-quota.ts';
import { changeApp, requireRelease } from './change-app.ts';

export type RestartOrder = { services: string[] };

/** Replaces the instances of the app, or of one service, by new ones of the same release content, without a gap where the service allows it. */
export function restartApp(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; service?: string },
): { app: App; operation: Operation } {
  const order: RestartOrder = { services: input.service === undefined ? [] : [input.service] };
  return changeApp(deps, actor, input.app, {
    kind: 'restart',
    intent: 'running',
    input: order,
    isAllowed: (app) => {
      requireRelease(app);
      requireRoomToRun(deps, app);
      if (input.service !== undefined) requireService(deps, app, input.service);
    },
  });
}

/** The app's current release has a service of this name. */
export function requireService(deps: Pick<ActionDeps, 'store'>, app: App, service: string): void {
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const names = Object.keys(release?.project.services ?? {});
  if (names.includes(service)) return;
  throw new CraneError('service.not_found', {
    message: `${app.uniqueName} has no service ${JSON.stringify(service.slice(0, 80))}.`,
    fix: `Its services are: ${names.join(', ') || 'none yet'}.`,
  });
}
