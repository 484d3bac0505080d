import { readSteering } from '../../actions/read-steering.ts';
import { replicasDecision } from '../../actions/replicas-decision.ts';
import type { App } from '../../core/app/app.ts';
import type { WakeAnswer } from '../../core/port/waker.ts';
import type { WakeTarget } from '../../core/route/wake-header.ts';
import { canSleep } from '../../core/scaling/idle.ts';
import { describeOverride, type Steering } from '../../core/scaling/steering.ts';
import { serviceMemory } from '../app-memory.ts';
import { memoryOf, nextChange, type ControlState } from '../control-state.ts';
import { tellDecision } from './record-scaling.ts';

/** Looked at again even when nothing tells of a change, milliseconds. */
const lookMs = 1_000;

/**
 * Somebody asks for a service of which nothing runs: wants one instance of it and of what it needs, each a decision of the
 * ledger, and waits until one answers. Many may wait at once; the first one decides.
 */
export async function wakeService(
  state: ControlState,
  target: WakeTarget,
  signal: AbortSignal,
): Promise<WakeAnswer> {
  const stop = AbortSignal.any([signal, state.signal]);
  for (let asked = 0; ; asked += 1) {
    stop.throwIfAborted();
    const app = findApp(state, target.app);
    if (app === null) return { kind: 'refused', reason: `${target.app} does not run` };
    const urls = backendsOf(state, app, target);
    const url = urls[asked % Math.max(1, urls.length)];
    if (url !== undefined) return { kind: 'ready', url };
    const refusal = wantOne(state, app, target.service);
    if (refusal !== null) return { kind: 'refused', reason: refusal };
    await nextChange(state, app.id, lookMs, stop);
  }
}

function findApp({ deps }: ControlState, name: string): App | null {
  const app = deps.store.apps.find({ kind: 'all' }, name);
  // A bare number would be taken for an id.
  return app?.intent === 'running' && !/^\d+$/.test(name) ? app : null;
}

/** In another order for each request, so that those that waited do not all go to one. */
function backendsOf(state: ControlState, app: App, { service, port }: WakeTarget): string[] {
  const routes = memoryOf(state, app).plan?.routes.routes ?? [];
  const found = routes.filter((route) => route.service === service && route.port === port);
  const urls = [...new Set(found.flatMap(({ backends }) => backends.map(({ url }) => url)))];
  const first = urls.length === 0 ? 0 : (memoryOf(state, app).wakes += 1) % urls.length;
  return [...urls.slice(first), ...urls.slice(0, first)];
}

/** Sets what is at zero to one; a text says why it stays there. */
function wantOne(state: ControlState, app: App, service: string): string | null {
  const { store } = state.deps;
  const steering = steeringOf(state, app, service);
  if (steering === null) return `${app.uniqueName} has no service ${service}`;
  if ((store.targets.get(app.id, service)?.replicas ?? 0) > 0) return null;
  const refusal = whyAsleep(steering);
  if (refusal !== null) return `${service} ${refusal}`;
  const needed = needs(state, app, service).filter((other) => isAsleep(state, app, other));
  const rows = store.transaction(() => [
    ...needed.map((other) => record(state, app, other, `needed by ${service}, which a request woke`)),
    record(state, app, service, 'woken by a request'),
  ]);
  const memory = memoryOf(state, app);
  const tick = state.deps.clock.monotonic();
  for (const row of rows) {
    const known = serviceMemory(memory, row.service);
    Object.assign(known, { idle: null, lastTarget: row.to, lastUpAt: tick });
    known.evaluateAt = tick + state.deps.settings.fastLoopMs;
    tellDecision(state, { app, service: row.service }, row);
  }
  memory.mayHavePending = true;
  state.nudge(app.id);
  return null;
}

function steeringOf(state: ControlState, app: App, service: string): Steering | null {
  const spec = state.releases.find(app, app.releaseNumber)?.known.get(service)?.spec;
  const { store, clock } = state.deps;
  return spec === undefined ? null : readSteering(store, { appId: app.id, service, spec, now: clock.now() });
}

/** Null: a request may wake it. */
export function whyAsleep(steering: Steering): string | null {
  if (steering.override !== null) return `is ${describeOverride(steering.override)}`;
  if (steering.mode !== 'auto') return `is scaled in mode ${steering.mode}`;
  return canSleep(steering) ? null : `has bounds from ${steering.min} to ${steering.max}`;
}

/** What it depends on, in all steps, what is needed first at the beginning. */
function needs(state: ControlState, app: App, service: string): string[] {
  const services = state.releases.find(app, app.releaseNumber)?.project.services ?? {};
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const other of Object.keys(services[name]?.depends_on ?? {})) {
      if (found.has(other) || services[other] === undefined) continue;
      visit(other);
      found.add(other);
    }
  };
  visit(service);
  return [...found];
}

function isAsleep(state: ControlState, app: App, service: string): boolean {
  const steering = steeringOf(state, app, service);
  const replicas = state.deps.store.targets.get(app.id, service)?.replicas ?? 0;
  return replicas === 0 && steering !== null && whyAsleep(steering) === null;
}

/** Within a transaction. */
function record(
  { deps, releases }: ControlState,
  app: App,
  service: string,
  reason: string,
): ReturnType<typeof replicasDecision> {
  const { store, clock, newId } = deps;
  const at = clock.now();
  const spec = releases.find(app, app.releaseNumber)?.known.get(service)?.spec ?? {};
  const bounds = readSteering(store, { appId: app.id, service, spec, now: at });
  const row = replicasDecision({
    id: newId('d'),
    at,
    app,
    service,
    trigger: 'request',
    from: 0,
    to: 1,
    reason,
    bounds,
  });
  store.decisions.record(row);
  store.targets.set({ appId: app.id, service, replicas: row.to, at });
  return row;
}
