import type { App } from '../core/app/app.ts';
import { scaleSettings } from '../core/compose/scale-settings.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { checkSchedule, nextOpening, openWindow, type ScalingSchedule } from '../core/scaling/schedule.ts';
import { describeWindow } from '../core/scaling/steering.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { isDriven, readSteering } from './read-steering.ts';
import { recordPersonDecision } from './record-person-decision.ts';
import { requireService } from './restart-app.ts';

export type ScheduleView = ScalingSchedule & {
  /** When its window that is open now opened and closes; null = closed. */
  open: { since: number; until: number } | null;
  /** Null = never again. */
  opensAt: number | null;
};

/** More windows than this on one app nobody can read any more. */
const mostSchedules = 100;

export type NewSchedule = Pick<ScalingSchedule, 'cron' | 'timeZone' | 'durationMs' | 'min' | 'max'> & {
  app: string;
  /** Absent = the only service it can mean. */
  service?: string;
};

export function listSchedules(deps: ActionDeps, actor: Actor, input: { app: string }): ScheduleView[] {
  return deps.store.schedules
    .list(findApp(deps, actor, input.app).id)
    .map((schedule) => viewOf(schedule, deps.clock.now()));
}

/** Bounds of its own for a service while a window is open. Throws `input.invalid` for what is no window. */
export function addSchedule(deps: ActionDeps, actor: Actor, input: NewSchedule): ScheduleView {
  const now = deps.clock.now();
  const { cron, timeZone, durationMs, min, max } = input;
  checkSchedule(input, now);
  const added = deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    const service = input.service ?? onlyService(deps, app);
    requireService(deps, app, service);
    if (deps.store.schedules.list(app.id).length >= mostSchedules)
      throw new CraneError('app.conflict', {
        message: `${app.uniqueName} has ${mostSchedules} schedules already.`,
        fix: `Remove one: crane schedule ${app.uniqueName} rm ID`,
      });
    const schedule = deps.store.schedules.create({
      appId: app.id,
      service,
      cron: cron.trim().split(/\s+/).join(' '),
      timeZone,
      durationMs,
      min,
      max,
      createdBy: actor.user.name,
      createdAt: now,
    });
    tell(deps, actor, app, schedule, 'added');
    return schedule;
  });
  deps.nudge(added.appId);
  return viewOf(added, now);
}

/** Removes it; a service that nothing drives any more is brought back within its own bounds. */
export function removeSchedule(deps: ActionDeps, actor: Actor, input: { app: string; id: number }): void {
  const app = deps.store.transaction(() => {
    const found = findApp(deps, actor, input.app);
    const schedule = deps.store.schedules.list(found.id).find(({ id }) => id === input.id);
    if (schedule === undefined || !deps.store.schedules.remove(found.id, input.id))
      throw new CraneError('schedule.not_found', {
        message: `${found.uniqueName} has no schedule ${input.id}.`,
        fix: `List them with: crane schedule ${found.uniqueName} ls`,
      });
    tell(deps, actor, found, schedule, 'removed');
    bringBack(deps, actor, found, schedule);
    return found;
  });
  deps.nudge(app.id);
}

function bringBack(deps: ActionDeps, actor: Actor, app: App, { id, service }: ScalingSchedule): void {
  const { store, clock } = deps;
  const at = clock.now();
  const release = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  const spec = release?.project.services[service];
  const from = store.targets.get(app.id, service)?.replicas;
  if (spec === undefined || from === undefined) return;
  const place = { appId: app.id, service, spec, now: at };
  const bounds = readSteering(store, place);
  if (isDriven(store, place) || bounds.override !== null) return;
  const to = Math.min(Math.max(from, bounds.min), bounds.max);
  if (to === from) return;
  store.targets.set({ appId: app.id, service, replicas: to, at });
  recordPersonDecision(deps, actor, app, {
    service,
    from,
    to,
    bounds,
    at,
    note: ` by removing schedule ${id}`,
  });
}

/** The service with a `scale` block, or the only one there is. */
function onlyService(deps: ActionDeps, app: App): string {
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const services = Object.entries(release?.project.services ?? {});
  const scaled = services.filter(([, spec]) => Object.keys(scaleSettings(spec).targets).length > 0);
  const [only] = scaled.length === 1 ? scaled : services.length === 1 ? services : [];
  if (only !== undefined) return only[0];
  const message = `must be named: ${app.uniqueName} has ${services.length} services`;
  throw new CraneError('input.invalid', {
    message: `The service ${message}.`,
    fix: `Name one, as in ${app.uniqueName}/${services[0]?.[0] ?? 'web'}.`,
    errors: [{ pointer: '/service', message }],
  });
}

function viewOf(schedule: ScalingSchedule, now: number): ScheduleView {
  const open = openWindow([schedule], now);
  return {
    ...schedule,
    open: open === null ? null : { since: open.since, until: open.until },
    opensAt: nextOpening(schedule, now),
  };
}

function tell(
  deps: ActionDeps,
  actor: Actor,
  app: App,
  schedule: ScalingSchedule,
  what: 'added' | 'removed',
): void {
  const { service, min, max } = schedule;
  deps.store.feed.append({
    at: deps.clock.now(),
    kind: 'app.steered',
    appId: app.id,
    app: app.uniqueName,
    text: `${describeWindow(schedule)} (${min}-${max}) of ${service} ${what} by ${actor.user.name}`,
    data: { service, schedule: schedule.id },
  });
}
