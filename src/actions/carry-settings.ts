import type { App } from '../core/app/app.ts';
import { hasSettings, type CarriedSettings } from '../core/bundle/carried-settings.ts';
import type { Store } from '../core/port/store.ts';
import { checkSchedule } from '../core/scaling/schedule.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

/** Rules, modes and schedules of an app, for those of these services. */
export function settingsOf(
  store: Pick<Store, 'ruleSets' | 'controls' | 'schedules'>,
  appId: number,
  services: readonly string[],
): CarriedSettings {
  const isMeant = ({ service }: { service: string }): boolean => services.includes(service);
  const modes = services.flatMap((service) => {
    const mode = store.controls.get(appId, service)?.mode ?? null;
    return mode === null ? [] : [[service, mode] as const];
  });
  return {
    rules: (store.ruleSets.newest(appId)?.rules ?? []).filter(isMeant),
    modes: Object.fromEntries(modes),
    schedules: store.schedules
      .list(appId)
      .filter(isMeant)
      .map(({ service, cron, timeZone, durationMs, min, max }) => ({
        service,
        cron,
        timeZone,
        durationMs,
        min,
        max,
      })),
  };
}

/** Whether they would be accepted one by one. @throws `input.invalid` with the rule or window that would not. */
export async function checkSettings(
  deps: Pick<ActionDeps, 'ruleWorkbench' | 'clock'>,
  name: string,
  { rules, schedules }: CarriedSettings,
  signal?: AbortSignal,
): Promise<void> {
  for (const schedule of schedules) checkSchedule(schedule, deps.clock.now());
  for (const rule of rules) await deps.ruleWorkbench.compile(name, rule, signal);
}

/** Gives a new app what another, or a bundle, brings along. For use within the transaction that makes the app. */
export function carrySettings(
  deps: Pick<ActionDeps, 'store' | 'clock'>,
  actor: Actor,
  app: App,
  settings: CarriedSettings,
  from: string,
): void {
  if (!hasSettings(settings)) return;
  const { store, clock } = deps;
  const { rules, modes, schedules } = settings;
  const [at, by] = [clock.now(), actor.user.name];
  if (rules.length > 0) store.ruleSets.add({ appId: app.id, rules, note: `from ${from}`, by, at });
  for (const [service, mode] of Object.entries(modes))
    store.controls.setMode({ appId: app.id, service, mode, by });
  for (const schedule of schedules)
    store.schedules.create({ ...schedule, appId: app.id, createdBy: by, createdAt: at });
  const counts = { rules: rules.length, modes: Object.keys(modes).length, schedules: schedules.length };
  const text = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  store.feed.append({
    at,
    kind: 'app.steered',
    appId: app.id,
    app: app.uniqueName,
    text: `${app.uniqueName} has ${text.join(', ')} from ${from}`,
    data: { ...counts, from },
  });
}
