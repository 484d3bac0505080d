import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { refuseWhileBusy } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { findUser } from './manage-users.ts';
import { refuseTaken } from './refuse-taken.ts';
import { requireRoomToRun } from './require-quota.ts';

/**
 * Makes the app somebody else's, as it is: nothing restarts. It counts for their quota from now on; deploy hooks of people who may not
 * deploy it any more do nothing. @throws `user.not_found`, `app.conflict`, `app.name_taken`, `quota.exceeded`
 */
export function transferApp(deps: ActionDeps, actor: Actor, input: { app: string; to: string }): App {
  const changed = deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    refuseWhileBusy(deps, app);
    const to = findUser(deps, input.to);
    if (to.isDisabled || to.id === app.ownerId)
      throw new CraneError('app.conflict', {
        message: to.isDisabled ? `${to.name} is disabled.` : `${app.uniqueName} is ${to.name}'s already.`,
        fix: 'Name somebody else.',
      });
    const theirs = { ...app, ownerId: to.id };
    refuseTaken(deps, theirs, app.name);
    requireRoomToRun(deps, theirs, { isNew: true });
    const at = deps.clock.now();
    const from = deps.store.users.find(app.ownerId)?.name ?? 'somebody who is gone';
    const after = deps.store.apps.update(app.id, { ownerId: to.id }, at);
    deps.store.feed.append({
      at,
      kind: 'app.transferred',
      appId: app.id,
      app: app.uniqueName,
      text: `${app.uniqueName} went from ${from} to ${to.name}, by ${actor.user.name}`,
      data: { from, to: to.name },
    });
    return after;
  });
  deps.nudge(changed.id);
  return changed;
}
