import type { App } from '../core/app/app.ts';
import type { ChaosSpec } from '../core/chaos/chaos.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { queueOperation } from './queue-operation.ts';
import { requireService } from './restart-app.ts';

/** Longer than this nobody's app is disturbed, milliseconds. */
export const longestChaosMs = 600_000;

/** Begins to disturb a service of an own app; one trial of an app at a time. Others' apps do not exist. */
export function startChaos(
  deps: ActionDeps,
  actor: Actor,
  { app: ref, ...spec }: ChaosSpec & { app: string },
): { app: App; operation: Operation } {
  const accepted = deps.store.transaction(() => {
    const app = findApp(deps, actor, ref);
    requireService(deps, app, spec.service);
    if (app.intent !== 'running') throw new CraneError('app.conflict', `${app.uniqueName} is ${app.intent}.`);
    const isOpen = ({ appId, kind }: Operation): boolean => appId === app.id && kind === 'chaos';
    const open = deps.store.operations.listOpen().find(isOpen);
    if (open !== undefined)
      throw new CraneError('app.conflict', {
        message: `${app.uniqueName} is being disturbed already.`,
        fix: `Wait until it is over, or end it: crane cancel ${open.id}`,
      });
    return { app, operation: queueOperation(deps, actor, app, 'chaos', spec) };
  });
  deps.operations.wake();
  return accepted;
}

/** Trials of an app, newest first. */
export function listChaos(deps: ActionDeps, actor: Actor, input: { app: string }): Operation[] {
  const app = findApp(deps, actor, input.app);
  return deps.store.operations.listForApp(app.id, 1_000).filter(({ kind }) => kind === 'chaos');
}
