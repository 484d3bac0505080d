import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import { diffRelease, type ReleaseDiff } from '../core/plan/diff-release.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { changeApp } from './change-app.ts';
import { requireRoom } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { findRelease } from './list-releases.ts';
import { networkOwner } from '../core/route/desire-routes.ts';

export type RollbackOrder = { release: number };

/** Brings the app back to a kept release: exactly its images, environment, limits and routes, as a deployment like any other. */
export function rollBackApp(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; release?: number },
): { app: App; operation: Operation; changes: ReleaseDiff } {
  const app = findApp(deps, actor, input.app);
  const target = findRelease(deps, app, input.release ?? previousRelease(deps, app));
  if (target.number === app.releaseNumber) {
    throw new CraneError('app.conflict', {
      message: `${app.uniqueName} runs release ${target.number} already.`,
      fix: `Choose another: crane history ${app.uniqueName}`,
    });
  }
  const current = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const changes = diffRelease({
    ...networkOwner(deps.settings.prefix, app),
    from: current,
    to: target,
  });
  const order: RollbackOrder = { release: target.number };
  const isAllowed = (now: App): void => requireRoom(deps, now, { project: target.project });
  const change = { kind: 'rollback' as const, intent: null, input: order, isAllowed };
  return { ...changeApp(deps, actor, input.app, change), changes };
}

/** The newest release before the current one that differs from it. */
export function previousRelease(deps: Pick<ActionDeps, 'store' | 'settings'>, app: App): number {
  const current = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const older = deps.store.releases
    .list(app.id)
    .filter((item) => current !== null && item.number < current.number);
  const different = older
    .sort((a, b) => b.number - a.number)
    .find(
      (item) => !diffRelease({ ...networkOwner(deps.settings.prefix, app), from: current, to: item }).isEmpty,
    );
  if (different !== undefined) return different.number;
  throw new CraneError('release.not_found', {
    message: `${app.uniqueName} has no earlier release that differs.`,
    fix: `Name one: crane rollback ${app.uniqueName} NUMBER`,
  });
}
