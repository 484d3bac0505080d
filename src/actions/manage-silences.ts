import { describeScope, describeSilence, type Silence } from '../core/alert/silence.ts';
import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireService } from './restart-app.ts';

const mostActive = 50;

export type NewSilence = {
  app: string;
  service?: string | undefined;
  alert?: string | undefined;
  forMs: number;
  reason: string;
};

/** Until its time is over, alerts it covers cause no action and nobody is told of them. */
export function addSilence(deps: ActionDeps, actor: Actor, input: NewSilence): Silence {
  return deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    if (input.service !== undefined) requireService(deps, app, input.service);
    const now = deps.clock.now();
    if (deps.store.silences.active(app.id, now).length >= mostActive)
      throw new CraneError('app.conflict', {
        message: `${app.uniqueName} has ${mostActive} silences.`,
        fix: `End some: crane silence ${app.uniqueName} rm ID`,
      });
    return begin(deps, actor, app, { ...input, kind: 'silence' });
  });
}

/** Of the whole app; one at a time: another one takes its place. */
export function beginMaintenance(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; forMs: number; reason: string },
): Silence {
  return deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    endAll(deps, actor, app);
    return begin(deps, actor, app, { ...input, kind: 'maintenance' });
  });
}

export function endMaintenance(deps: ActionDeps, actor: Actor, input: { app: string }): void {
  const app = deps.store.transaction(() => {
    const found = findApp(deps, actor, input.app);
    endAll(deps, actor, found);
    return found;
  });
  deps.nudge(app.id);
}

/** Newest first, with those that are over. */
export function listSilences(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app: string },
): Silence[] {
  return deps.store.silences.list(findApp(deps, actor, input.app).id, 100);
}

export function endSilence(deps: ActionDeps, actor: Actor, input: { app: string; id: number }): void {
  const app = deps.store.transaction(() => {
    const found = findApp(deps, actor, input.app);
    const silence = deps.store.silences.active(found.id, deps.clock.now()).find(({ id }) => id === input.id);
    if (silence === undefined)
      throw new CraneError('silence.not_found', {
        message: `${found.uniqueName} has no silence ${input.id} that is in force.`,
        fix: `List them with: crane silence ${found.uniqueName}`,
      });
    endOne(deps, found, silence, actor.user.name);
    return found;
  });
  deps.nudge(app.id);
}

function endAll(deps: ActionDeps, actor: Actor, app: App): void {
  for (const silence of deps.store.silences.active(app.id, deps.clock.now()))
    if (silence.kind === 'maintenance') endOne(deps, app, silence, actor.user.name);
}

function begin(
  { store, clock }: ActionDeps,
  { user }: Actor,
  app: App,
  input: Omit<NewSilence, 'app'> & { kind: Silence['kind'] },
): Silence {
  const at = clock.now();
  const silence = store.silences.create({
    appId: app.id,
    kind: input.kind,
    service: input.service ?? null,
    alert: input.alert ?? null,
    until: at + input.forMs,
    reason: input.reason,
    by: user.name,
    createdAt: at,
  });
  store.feed.append({
    at,
    kind: 'silence.created',
    appId: app.id,
    app: app.uniqueName,
    text: `${describeScope(silence)}: ${describeSilence(silence)}`,
    data: { silence: silence.id, kind: silence.kind, until: silence.until },
  });
  return silence;
}

/** `by` null: its time is over. */
export function endOne(
  { store, clock }: Pick<ActionDeps, 'store' | 'clock'>,
  app: App,
  silence: Silence,
  by: string | null,
): void {
  const at = clock.now();
  store.silences.end(silence.id, at);
  const what = silence.kind === 'maintenance' ? 'maintenance' : `silence ${silence.id}`;
  store.feed.append({
    at,
    kind: 'silence.ended',
    appId: app.id,
    app: app.uniqueName,
    text: `${what} of ${describeScope(silence)} ${by === null ? 'is over' : `was ended by ${by}`}`,
    data: { silence: silence.id, kind: silence.kind },
  });
}
