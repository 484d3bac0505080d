import type { App, Release } from '../core/app/app.ts';
import { renderCompose } from '../core/compose/render-compose.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** The compose file of the app's current release, generated with Crane's own settings in it. */
export function exportCompose(deps: Pick<ActionDeps, 'store'>, actor: Actor, input: { app: string }): string {
  return renderCompose(currentRelease(deps, findApp(deps, actor, input.app)).project);
}

/** What is wanted of the app now. @throws `release.not_found` while its first deployment is on its way. */
export function currentRelease({ store }: Pick<ActionDeps, 'store'>, app: App): Release {
  const release = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  if (release !== null) return release;
  throw new CraneError('release.not_found', {
    message: `${app.uniqueName} has no release yet.`,
    fix: 'Wait for its first deployment.',
  });
}
