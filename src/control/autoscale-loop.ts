import type { Alert } from '../core/alert/alert.ts';
import type { App } from '../core/app/app.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import { scaleSettings } from '../core/compose/x-crane.ts';
import type { StoredAlert } from '../core/port/store.ts';
import { serviceMemory } from './app-memory.ts';
import { autoscaleService } from './autoscale-service.ts';
import { memoryOf, tell, type ControlState } from './control-state.ts';

/** Alerts make it quick: judges every alert that was stored and not judged, one evaluation per service. */
export async function judgeAlerts(state: ControlState): Promise<void> {
  const pending = state.deps.store.alerts.pending();
  const groups = Map.groupBy(
    pending,
    ({ alert }) => `${alert.labels['app'] ?? ''}\n${alert.labels['service'] ?? ''}`,
  );
  await Promise.all([...groups.values()].map((group) => judgeGroup(state, group)));
}

async function judgeGroup(state: ControlState, group: readonly StoredAlert[]): Promise<void> {
  const { store } = state.deps;
  const found = findTarget(state, group);
  if (typeof found === 'string') {
    for (const item of group) store.alerts.setOutcome(item.id, { kind: 'ignored', reason: found });
    store.feed.append({
      at: state.deps.clock.now(),
      kind: 'alert.ignored',
      appId: null,
      app: null,
      text: `${group.length} alert(s) ignored: ${found}`,
      data: {},
    });
    return;
  }
  for (const { alert } of group)
    tell(
      state,
      found.app,
      alert.status === 'firing' ? 'alert.firing' : 'alert.resolved',
      `${alert.name} is ${alert.status} for ${found.service}`,
      { alert: alert.name, service: found.service, fingerprint: alert.fingerprint },
    );
  const id = await autoscaleService(state, { ...found, trigger: 'alert', alert: leading(group) });
  store.transaction(() => {
    for (const item of group) store.alerts.setOutcome(item.id, { kind: 'decided', decisionId: id });
  });
}

type Target = { app: App; service: string; spec: ComposeService };

/** By explicit labels, never by parsing names; a string says why there is no effect. */
function findTarget(state: ControlState, group: readonly StoredAlert[]): Target | string {
  const labels = group[0]?.alert.labels ?? {};
  const { app: appName, service } = labels;
  if (appName === undefined || service === undefined) return 'no app and service labels';
  const app = state.deps.store.apps.find({ kind: 'all' }, appName);
  if (app === null) return `unknown app ${appName.slice(0, 80)}`;
  if (app.intent !== 'running') return `${appName} is ${app.intent}`;
  const release =
    app.releaseNumber === null ? null : state.deps.store.releases.find(app.id, app.releaseNumber);
  const spec = release?.project.services[service];
  if (spec === undefined) return `unknown service ${service.slice(0, 80)} of ${appName}`;
  return { app, service, spec };
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
  const { store, clock, settings } = state.deps;
  const due: Target[] = [];
  for (const app of store.apps.list({ kind: 'all' })) {
    if (app.intent !== 'running' || app.releaseNumber === null || app.stableReleaseNumber === null) continue;
    const release = store.releases.find(app.id, app.releaseNumber);
    for (const [service, spec] of Object.entries(release?.project.services ?? {})) {
      const scale = scaleSettings(spec);
      if (Object.keys(scale.targets).length === 0 || scale.min === scale.max) continue;
      const { evaluatedAt } = serviceMemory(memoryOf(state, app.id), service);
      const isBusy =
        (store.targets.get(app.id, service)?.replicas ?? scale.min) > scale.min ||
        store.alerts.active(app.uniqueName, service).length > 0;
      const pace = isBusy ? settings.fastLoopMs : settings.slowLoopMs;
      if (evaluatedAt === null || clock.monotonic() - evaluatedAt >= pace) due.push({ app, service, spec });
    }
  }
  await Promise.all(
    due.map((target) => autoscaleService(state, { ...target, trigger: 'loop', alert: null })),
  );
}
