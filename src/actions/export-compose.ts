import { renderCompose } from '../core/compose/render-compose.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** The compose file of the app's current release, generated with Crane's own settings in it. */
export function exportCompose(deps: Pick<ActionDeps, 'store'>, actor: Actor, input: { app: string }): string {
  const app = findApp(deps, actor, input.app);
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  if (release === null)
    throw new CraneError('release.not_found', {
      message: `${app.uniqueName} has no release yet.`,
      fix: 'Wait for its first deployment.',
    });
  return renderCompose(release.project);
}
