import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { wakeFor } from './queue-operation.ts';

type Paused = { app: App; operation: Operation };

/** What rolls: new instances take the place of old ones. */
const rolling: ReadonlySet<Operation['kind']> = new Set(['deploy', 'rollback', 'restart']);

/**
 * The app's deployment stops before its next step; instances of both releases go on serving, failed ones are replaced. Survives a
 * restart of Crane. Pausing again is fine. Refuses (`app.conflict`) when nothing is on its way.
 */
export function pauseDeployment(deps: ActionDeps, actor: Actor, input: { app: string }): Paused {
  const paused = deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    const operation = deps.store.operations
      .listOpen()
      .find(({ appId, kind }) => appId === app.id && rolling.has(kind));
    if (operation === undefined || app.intent !== 'running')
      throw new CraneError('app.conflict', {
        message: `No deployment of ${app.uniqueName} is under way that could be paused.`,
        fix: `Deploy without waiting, then pause: crane deploy --no-wait, crane pause ${app.uniqueName}`,
      });
    if (deps.store.pauses.find(app.id) === null) {
      const at = deps.clock.now();
      deps.store.pauses.set(app.id, { operationId: operation.id, at, userId: actor.user.id });
      tell(deps, actor, app, { kind: 'deployment.paused', verb: 'paused', operation });
    }
    return { app, operation };
  });
  wakeFor(deps, paused.app);
  return paused;
}

/** A paused deployment goes on. Refuses (`app.conflict`) when none is paused. */
export function resumeDeployment(deps: ActionDeps, actor: Actor, input: { app: string }): Paused {
  const resumed = deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    const pause = deps.store.pauses.find(app.id);
    const operation = pause === null ? null : deps.store.operations.find(scopeOf(actor), pause.operationId);
    if (operation === null)
      throw new CraneError('app.conflict', {
        message: `No deployment of ${app.uniqueName} is paused.`,
        fix: `Look at it: crane ls`,
      });
    deps.store.pauses.remove(app.id);
    tell(deps, actor, app, { kind: 'deployment.resumed', verb: 'resumed', operation });
    return { app, operation };
  });
  wakeFor(deps, resumed.app);
  return resumed;
}

function tell(
  { store, clock }: ActionDeps,
  { user }: Actor,
  app: App,
  {
    kind,
    verb,
    operation,
  }: { kind: 'deployment.paused' | 'deployment.resumed'; verb: string; operation: Operation },
): void {
  store.feed.append({
    at: clock.now(),
    kind,
    appId: app.id,
    app: app.uniqueName,
    text: `deployment of ${app.uniqueName} was ${verb} by ${user.name}`,
    data: { operation: operation.id, by: user.name },
  });
}
