import type { Alert } from '../../core/alert/alert.ts';
import { findSilence, type Silence } from '../../core/alert/silence.ts';
import type { App } from '../../core/app/app.ts';
import type { ComposeService } from '../../core/compose/compose-project.ts';
import type { StoredAlert } from '../../core/port/store.ts';
import { serviceMemory } from '../app-memory.ts';
import { autoscaleService } from './autoscale-service.ts';
import { memoryOf, tell, type ControlState } from '../control-state.ts';
import { limitParallel } from '../limit-parallel.ts';

/** Services that are evaluated at once, so that hundreds of them do not ask all at the same moment. */
const parallelEvaluations = 8;

/** Alerts make it quick: judges every alert that was stored and not judged, one evaluation per service. */
export async function judgeAlerts(state: ControlState): Promise<void> {
  const groups = Map.groupBy(
    state.deps.store.alerts.pending(),
    ({ alert }) => `${alert.labels['app'] ?? ''}\n${alert.labels['service'] ?? ''}`,
  );
  const judged = [...groups.values()].map((group) => examine(state, group));
  // Together: a flood of alerts about what nobody knows must not cost a commit for each.
  state.deps.store.transaction(() => {
    for (const { app, ignored } of judged)
      for (const { alerts, reason } of ignored) ignore(state, app, alerts, reason);
  });
  await inTurn(state, judged, async ({ target, fresh }) => {
    if (target === null || fresh.length === 0) return;
    for (const [silence, alerts] of bySilence(state, target, fresh))
      await autoscaleService(state, { ...target, trigger: 'alert', alert: leading(alerts), alerts, silence });
  });
}

/** Those that are silenced hold by a decision of their own. */
function bySilence(
  { deps: { store, clock } }: ControlState,
  { app, service }: Target,
  fresh: readonly StoredAlert[],
): Map<Silence | null, StoredAlert[]> {
  const silences = store.silences.active(app.id, clock.now());
  return Map.groupBy(fresh, ({ alert }) =>
    findSilence(silences, { service, alert: alert.name }, clock.now()),
  );
}

type Examined = {
  app: App | null;
  target: Target | null;
  fresh: readonly StoredAlert[];
  ignored: readonly { alerts: readonly StoredAlert[]; reason: string }[];
};

/** Which alerts about one service ask for an evaluation, and which have no effect. */
function examine(state: ControlState, group: readonly StoredAlert[]): Examined {
  const found = findTarget(state, group);
  if (typeof found === 'string')
    return { app: null, target: null, fresh: [], ignored: [{ alerts: group, reason: found }] };
  const { app, service } = found;
  const active = state.deps.store.alerts.active(app.engineName, service);
  const stale = group.filter(({ alert }) => isStale(alert, active));
  const fresh = group.filter((item) => !stale.includes(item));
  const overtaken = { alerts: stale, reason: 'overtaken by newer news of the same alert' };
  return { app, target: found, fresh, ignored: stale.length === 0 ? [] : [overtaken] };
}

/** Recorded with the reason, and without an effect. */
function ignore(state: ControlState, app: App | null, group: readonly StoredAlert[], reason: string): void {
  const { store } = state.deps;
  for (const item of group) store.alerts.setOutcome(item.id, { kind: 'ignored', reason });
  tell(state, app, 'alert.ignored', `${group.length} alert(s) ignored: ${reason}`);
}

type Target = { app: App; service: string; spec: ComposeService };

/** By explicit labels, never by parsing names; a string says why there is no effect. */
function findTarget(state: ControlState, group: readonly StoredAlert[]): Target | string {
  const labels = group[0]?.alert.labels ?? {};
  const { app: appName, service } = labels;
  if (appName === undefined || service === undefined) return 'no app and service labels';
  const app = state.deps.store.apps.find({ kind: 'all' }, appName);
  // A bare number would be taken for an id.
  if (app === null || /^\d+$/.test(appName)) return `unknown app ${appName.slice(0, 80)}`;
  if (app.intent !== 'running') return `${appName} is ${app.intent}`;
  const spec = specOf(state, app, service);
  if (spec === undefined) return `unknown service ${service.slice(0, 80)} of ${appName}`;
  return { app, service, spec };
}

function specOf(state: ControlState, app: App, service: string): ComposeService | undefined {
  return state.releases.find(app, app.releaseNumber)?.known.get(service)?.spec;
}

/** Alerts come in any order: one that fired and is over, or that fired before one that is known, changes nothing. */
function isStale(alert: Alert, active: readonly Alert[]): boolean {
  const newest = active.find((other) => other.fingerprint === alert.fingerprint);
  if (alert.status === 'firing') return newest?.startsAt !== alert.startsAt;
  return newest !== undefined && newest.startsAt > alert.startsAt;
}

/** The firing one before the resolved one, the newest first. */
function leading(group: readonly StoredAlert[]): Alert | null {
  const sorted = [...group].sort(
    (a, b) =>
      Number(b.alert.status === 'firing') - Number(a.alert.status === 'firing') ||
      b.alert.startsAt - a.alert.startsAt,
  );
  return sorted[0]?.alert ?? null;
}

/** A slow loop makes it sure: every autoscaled service is evaluated without any alert, more often while it is busy. */
export async function evaluateDue(state: ControlState): Promise<void> {
  const tick = state.deps.clock.monotonic();
  const due = [...state.memories].flatMap(([appId, memory]) =>
    memory.autoscaled
      .filter((service) => serviceMemory(memory, service).evaluateAt <= tick)
      .map((service) => ({ appId, service })),
  );
  await inTurn(state, due, async ({ appId, service }) => {
    const app = state.deps.store.apps.find({ kind: 'all' }, appId);
    const spec = app === null ? undefined : specOf(state, app, service);
    if (app === null || spec === undefined) return;
    // Whatever becomes of it, it is not due again at once.
    serviceMemory(memoryOf(state, app), service).evaluateAt = tick + state.deps.settings.fastLoopMs;
    await autoscaleService(state, {
      app,
      service,
      spec,
      trigger: 'loop',
      alert: null,
      alerts: [],
      silence: null,
    });
  });
}

/** A few at a time; one that fails does not keep the others, and is tried again at the next tick. */
async function inTurn<T>(
  state: ControlState,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const limit = limitParallel(parallelEvaluations);
  const ends = await Promise.allSettled(items.map((item) => limit(() => work(item))));
  for (const end of ends)
    if (end.status === 'rejected' && !state.signal.aborted)
      state.deps.log.error({ err: end.reason }, 'an evaluation failed');
}
