import type { App } from '../../core/app/app.ts';
import { networkName, networkOwner } from '../../core/route/desire-routes.ts';
import { instanceLabel, type ObservedInstance } from '../../core/service/instance.ts';
import { instanceMemory, serviceMemory, type AppMemory, type InstanceMemory } from '../app-memory.ts';
import { tell, type ControlState } from '../control-state.ts';

/** A starting instance is asked this often at first, then more slowly; a ready one rarely. Milliseconds. */
const pace = {
  startingMs: 20,
  slowStartingMs: 250,
  slowAfterMs: 10_000,
  readyMs: 5_000,
  doubtMs: 500,
  startDeadlineMs: 120_000,
};
const failuresToComplain = 3;

type ProbeTarget = { address: string; port: number; path: string | null; timeoutMs: number };
type Watched = {
  state: ControlState;
  app: App;
  memory: AppMemory;
  item: ObservedInstance;
  known: InstanceMemory;
};

/** Keeps a prober for each running instance that has something to probe; the others are ready when the engine says so. */
export function watchReadiness(
  state: ControlState,
  app: App,
  memory: AppMemory,
  observed: readonly ObservedInstance[],
): void {
  for (const item of observed) {
    const known = instanceMemory(memory, item.id);
    if (item.state !== 'running') {
      stopProbing(known);
      known.isReady = false;
      continue;
    }
    noteRun(known, item);
    if (known.busy === 'retiring') continue;
    const watched = { state, app, memory, item, known };
    const target = probeTarget(watched);
    if (target === 'none') become(watched, item.health === 'none' || item.health === 'healthy');
    else if (target === 'unreachable') {
      stopProbing(known);
      become(watched, false);
    } else if (known.stopProbing === null) probe(watched, target);
  }
}

/** A run that was not seen before: nothing that was known of an earlier one counts. */
function noteRun(known: InstanceMemory, item: ObservedInstance): void {
  if (known.startedAt === item.startedAt) return;
  stopProbing(known);
  Object.assign(known, {
    startedAt: item.startedAt,
    isReady: false,
    complaint: null,
    healing: null,
    telling: null,
    isStoppedOutside: false,
  });
}

function stopProbing(known: InstanceMemory): void {
  known.stopProbing?.abort();
  known.stopProbing = null;
}

function probe(watched: Watched, target: ProbeTarget): void {
  const { state, app, known } = watched;
  const stop = new AbortController();
  known.stopProbing = stop;
  const signal = AbortSignal.any([stop.signal, state.signal]);
  void probeUntilStopped(watched, target, signal).catch((error: unknown) => {
    if (signal.aborted) return;
    state.deps.log.error({ app: app.uniqueName, err: error }, 'a probe ended');
    known.stopProbing = null;
    state.nudge(app.id);
  });
}

async function probeUntilStopped(watched: Watched, target: ProbeTarget, signal: AbortSignal): Promise<void> {
  const { clock, probe: ask } = watched.state.deps;
  const began = clock.monotonic();
  let failures = 0;
  while (!signal.aborted) {
    const isOk = await ask(target, signal);
    if (signal.aborted) return;
    failures = isOk ? 0 : failures + 1;
    const ageMs = clock.monotonic() - began;
    judge(watched, failures, ageMs);
    const startingMs = ageMs > pace.slowAfterMs ? pace.slowStartingMs : pace.startingMs;
    const settledMs = failures > 0 ? pace.doubtMs : pace.readyMs;
    await clock.wait(watched.known.isReady ? settledMs : startingMs, signal);
  }
}

/** One answer makes it ready; several missing in a row, or none for a long time, are a complaint. */
function judge(watched: Watched, failures: number, ageMs: number): void {
  const { state, app, known } = watched;
  if (failures === 0) {
    if (known.isReady && known.complaint === null) return;
    if (known.complaint !== null) known.isReady = false;
    known.complaint = null;
    become(watched, true);
    state.nudge(app.id);
    return;
  }
  const isLate = !known.isReady && ageMs > pace.startDeadlineMs;
  const isSilent = known.isReady && failures >= failuresToComplain;
  if (known.complaint !== null || !(isLate || isSilent)) return;
  known.complaint = 'unresponsive';
  state.nudge(app.id);
}

function become({ state, app, memory, item, known }: Watched, isReady: boolean): void {
  if (known.isReady === isReady) return;
  known.isReady = isReady;
  known.readySince = isReady ? state.deps.clock.monotonic() : null;
  if (!isReady) return;
  const now = state.deps.clock.now();
  known.readyAt ??= now;
  const label = instanceLabel(item);
  const change = serviceMemory(memory, item.service).changes.findLast(
    (each) => each.instance === label && each.change !== 'removed' && each.readyAt === null,
  );
  if (change !== undefined) change.readyAt = now;
  tell(state, app, 'instance.ready', `${label} answers`, { instance: label, service: item.service });
}

/**
 * The declared probe, or the route's port; `none` when there is nothing to ask, `unreachable` when it is not on the network
 * where it would be asked.
 */
function probeTarget({ state, app, item }: Watched): ProbeTarget | 'none' | 'unreachable' {
  const release = state.releases.find(app, item.release);
  const spec = release?.project.services[item.service];
  if (release === null || spec === undefined) return 'none';
  const declared = spec['x-crane']?.heal?.probe;
  const port = declared?.port ?? spec['x-crane']?.route?.[0]?.port;
  if (port === undefined) return 'none';
  const [network] = Object.keys(spec.networks ?? { default: null });
  const { prefix } = state.deps.settings;
  const address =
    item.addresses[networkName(networkOwner(prefix, app), release.project, network ?? 'default')];
  if (address === undefined || address === '') return 'unreachable';
  return { address, port, path: declared?.path ?? null, timeoutMs: declared?.timeoutMs ?? 1_000 };
}
