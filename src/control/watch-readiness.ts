import type { App } from '../core/app/app.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import { networkName } from '../core/route/desire-routes.ts';
import { instanceLabel, type ObservedInstance } from '../core/service/instance.ts';
import { instanceMemory, serviceMemory, type AppMemory, type InstanceMemory } from './app-memory.ts';
import { tell, type ControlState } from './control-state.ts';

/** A starting instance is asked this often at first, then more slowly; a ready one rarely. Milliseconds. */
const pace = {
  startingMs: 20,
  slowStartingMs: 250,
  slowAfterMs: 10_000,
  readyMs: 5_000,
  startDeadlineMs: 120_000,
};
const failuresToComplain = 3;

type ProbeTarget = { address: string; port: number; path: string | null; timeoutMs: number };

/**
 * Keeps a prober for each running instance that has something to probe; the others are ready when the engine says so.
 * An adopted instance that was serving before a restart of Crane counts as ready until its probe disagrees.
 */
export function watchReadiness(
  state: ControlState,
  app: App,
  memory: AppMemory,
  observed: readonly ObservedInstance[],
): void {
  for (const item of observed) {
    const known = instanceMemory(memory, item.id);
    if (item.state !== 'running') {
      known.stopProbing?.abort();
      known.stopProbing = null;
      known.isReady = false;
      continue;
    }
    if (known.busy === 'retiring') continue;
    const target = probeTarget(state, app, item);
    if (target === null) {
      becomeReady(state, app, memory, item, known, item.health === 'none' || item.health === 'healthy');
      continue;
    }
    if (known.stopProbing !== null) continue;
    if (state.adopted.get(app.uniqueName)?.has(instanceLabel(item)) === true) known.isReady = true;
    const stop = new AbortController();
    known.stopProbing = stop;
    const signal = AbortSignal.any([stop.signal, state.signal]);
    void probeForever(state, app, memory, item, known, target, signal);
  }
}

async function probeForever(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: ObservedInstance,
  known: InstanceMemory,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<void> {
  const { clock, probe } = state.deps;
  const began = clock.monotonic();
  let failures = 0;
  while (!signal.aborted) {
    const isOk = await probe(target, signal);
    if (signal.aborted) return;
    if (isOk) {
      failures = 0;
      if (!known.isReady || known.complaint !== null) {
        known.complaint = null;
        becomeReady(state, app, memory, item, known, true);
        state.nudge(app.id);
      }
    } else {
      failures += 1;
      const isLate = !known.isReady && clock.monotonic() - began > pace.startDeadlineMs;
      if (known.complaint === null && ((known.isReady && failures >= failuresToComplain) || isLate)) {
        known.complaint = 'unresponsive';
        state.nudge(app.id);
      }
    }
    const isStarting = !known.isReady;
    const isSlow = clock.monotonic() - began > pace.slowAfterMs;
    await clock.wait(
      isStarting ? (isSlow ? pace.slowStartingMs : pace.startingMs) : failures > 0 ? 500 : pace.readyMs,
      signal,
    );
  }
}

function becomeReady(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: ObservedInstance,
  known: InstanceMemory,
  isReady: boolean,
): void {
  if (known.isReady === isReady) return;
  known.isReady = isReady;
  if (!isReady) return;
  known.healAt = null;
  const label = instanceLabel(item);
  const change = serviceMemory(memory, item.service).changes.findLast(
    (each) => each.instance === label && each.change !== 'removed' && each.readyAt === null,
  );
  if (change !== undefined) change.readyAt = state.deps.clock.now();
  tell(state, app, 'instance.ready', `${label} answers`, { instance: label, service: item.service });
}

/** The route's port, or the declared probe; null when there is nothing to ask. */
function probeTarget(state: ControlState, app: App, item: ObservedInstance): ProbeTarget | null {
  const release = state.deps.store.releases.find(app.id, item.release);
  const spec = release?.project.services[item.service];
  if (release === null || spec === undefined) return null;
  const declared = spec['x-crane']?.heal?.probe;
  const port = declared?.port ?? spec['x-crane']?.route?.[0]?.port;
  if (port === undefined) return null;
  const address = addressOf(state, app, item, firstNetwork(spec), release.project);
  if (address === null) return null;
  return { address, port, path: declared?.path ?? null, timeoutMs: declared?.timeoutMs ?? 1_000 };
}

function firstNetwork(spec: ComposeService): string {
  return Object.keys(spec.networks ?? { default: null })[0] ?? 'default';
}

function addressOf(
  state: ControlState,
  app: App,
  item: ObservedInstance,
  network: string,
  project: Parameters<typeof networkName>[2],
): string | null {
  const address = item.addresses[networkName(state.deps.settings.prefix, app.uniqueName, project, network)];
  return address === undefined || address === '' ? null : address;
}
