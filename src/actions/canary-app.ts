import type { App } from '../core/app/app.ts';
import type { Canary } from '../core/app/canary.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { refuseWhileBusy } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';
import type { RollbackOrder } from './roll-back-app.ts';

type Accepted = { app: App; operation: Operation };

/** Gives the app's canary another share of the requests. */
export function weighCanary(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; weight: number },
): Accepted {
  return changeCanary(deps, actor, input.app, (app, canary) => {
    deps.store.canaries.set(app.id, { ...canary, weight: input.weight });
    return queueOperation(deps, actor, app, 'canary', { weight: input.weight });
  });
}

/** Ends the trial: its instances go, all requests are the own release's again. */
export function abortCanary(deps: ActionDeps, actor: Actor, input: { app: string }): Accepted {
  return changeCanary(deps, actor, input.app, (app) => {
    deps.store.canaries.remove(app.id);
    return queueOperation(deps, actor, app, 'canary', { weight: 0 });
  });
}

/** Makes the canary's content the app's own, as a deployment like any other; instances of the trial stay. */
export function promoteCanary(deps: ActionDeps, actor: Actor, input: { app: string }): Accepted {
  return changeCanary(deps, actor, input.app, (app, { release }) => {
    const order: RollbackOrder = { release };
    return queueOperation(deps, actor, app, 'deploy', order);
  });
}

function changeCanary(
  deps: ActionDeps,
  actor: Actor,
  ref: string,
  change: (app: App, canary: Canary) => Operation,
): Accepted {
  const accepted = deps.store.transaction(() => {
    const app = findApp(deps, actor, ref);
    refuseWhileBusy(deps, app);
    const canary = deps.store.canaries.find(app.id);
    if (canary === null)
      throw new CraneError('app.conflict', {
        message: `${app.uniqueName} has no canary.`,
        fix: 'Begin one: crane deploy --canary 10',
      });
    return { app, operation: change(app, canary) };
  });
  wakeFor(deps, accepted.app);
  return accepted;
}
