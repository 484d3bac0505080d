import type { App } from '../core/app/app.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { requireName } from './create-app.ts';
import { refuseWhileBusy } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';
import { refuseTaken } from './refuse-taken.ts';
import { refuseConflicts } from './refuse-conflicts.ts';

/**
 * Gives an app another name: its unique name and its hosts follow; what the engine has of it keeps the name it was made with, so that nothing
 * restarts and volumes stay. The operation ends when the router serves the new hosts.
 * @throws `input.invalid` for a name that is none, `app.name_taken` for that of another app of the same owner.
 */
export function renameApp(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; name: string },
): { app: App; operation: Operation } {
  const accepted = deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    refuseWhileBusy(deps, app);
    requireName(input.name);
    refuseTaken(deps, app, input.name);
    const renamed = app.name === input.name ? app : rename(deps, actor, app, input.name);
    return { app: renamed, operation: queueOperation(deps, actor, renamed, 'rename', { name: input.name }) };
  });
  wakeFor(deps, accepted.app);
  return accepted;
}

function rename(deps: ActionDeps, actor: Actor, app: App, name: string): App {
  const at = deps.clock.now();
  const renamed = deps.store.apps.update(app.id, { name }, at);
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  if (release !== null) refuseConflicts(deps, renamed, { project: release.project });
  deps.store.feed.append({
    at,
    kind: 'app.renamed',
    appId: app.id,
    app: renamed.uniqueName,
    text: `${app.uniqueName} is now ${renamed.uniqueName}, renamed by ${actor.user.name}`,
    data: { from: app.uniqueName, to: renamed.uniqueName, engineName: app.engineName },
  });
  return renamed;
}
