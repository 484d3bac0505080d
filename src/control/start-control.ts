import type { Observed } from '../core/port/observed.ts';
import { evaluateDue, judgeAlerts } from './scaling/autoscale-loop.ts';
import type { Waker } from '../core/port/waker.ts';
import type { OneOffs } from '../core/port/one-offs.ts';
import { auditApps, auditMs } from './audit-apps.ts';
import type { ControlDeps } from './control-deps.ts';
import { tell, type ControlState } from './control-state.ts';
import { endOverrides } from './scaling/end-overrides.ts';
import { endSilences } from './end-silences.ts';
import { createFullLook, type FullLook } from './full-look.ts';
import { createKeyedWorker, type KeyedWorker } from './keyed-worker.ts';
import { limitParallel } from './limit-parallel.ts';
import { createObserved } from './observed-apps.ts';
import { reconcileApp } from './reconcile-app.ts';
import { createReleaseCache } from './release-cache.ts';
import { resumeDeletions } from './sweep/resume-deletions.ts';
import { runOperations } from './run-operations.ts';
import { noteFailedLook } from './scaling/schedule-look.ts';
import { createOneOffs } from './instances/live-one-offs.ts';
import { keepSpare } from './ground/spare-network.ts';
import { syncRules } from './scaling/sync-rules.ts';
import { createMeter } from './usage/meter-usage.ts';
import { createUsageWatch, type UsageWatch } from './usage/watch-usage.ts';
import { wakeService } from './scaling/wake-service.ts';
import { watchEngine } from './watch-engine.ts';
import { watchParts } from './watch-parts.ts';

export type Control = {
  nudge(appId: number): void;
  wakeAlerts(): void;
  /** Owners' rules are not what they were. */
  rulesChanged(): void;
  /** Scans of running apps are looked at again, and apps judged. */
  wakeAudit(): void;
  operations: { wake(): void; cancel(id: string): void };
  observed: Observed;
  oneOffs: OneOffs;
  waker: Waker;
  /** True after every app was looked at once. */
  isReady(): boolean;
  /** Takes no new work, lets effects under way end (bounded), stops the loops. What was cut short goes on at the next start. */
  stop(): Promise<void>;
};

/** How long effects may take to end on the way down, milliseconds. */
const stopPatienceMs = 5_000;
/** The autoscaler looks this often whether an evaluation is due. */
const tickMs = 500;
/** What services have is added up this often. */
const meterMs = 15_000;

/** Starts the loops: reconcile (events, nudges, a full look), autoscale (alerts, timer), operations, parts. */
export function startControl(deps: ControlDeps): Control {
  const ending = new AbortController();
  const state = createState(deps, ending.signal, (appId) => workers.reconciler.mark(appId));
  const usage = createUsageWatch(state);
  state.usageOf = (appId) => usage.read(appId);
  const meter = createMeter(state, usage);
  const workers = createWorkers(state, usage);
  const operations = runOperations(state);
  let isReady = false;
  const tickWhenReady = (): void => {
    if (isReady) workers.autoscaler.mark('tick');
  };
  const wakeWhenReady = (): void => {
    if (isReady) operations.wake();
  };
  const loops = [
    begin(state, workers, () => {
      isReady = true;
      resumeDeletions(state);
      wakeWhenReady();
      tickWhenReady();
    }),
    watchEngine(state, () => workers.looker.mark('all')),
    every(state, deps.settings.fullLookMs, async () => {
      workers.looker.mark('all');
      resumeDeletions(state);
      wakeWhenReady();
      if (isReady) keepSpare(state);
      await syncRules(state);
    }),
    every(state, Math.min(tickMs, deps.settings.fastLoopMs), async () => {
      if (isReady) endOverrides(state);
      if (isReady) endSilences(state);
      tickWhenReady();
    }),
    watchParts(state),
    every(state, auditMs, () => auditApps(state)),
    every(state, meterMs, async () => meter.tick()),
  ];
  return {
    nudge: (appId) => {
      const memory = state.memories.get(appId);
      if (memory !== undefined) {
        memory.mayHavePending = true;
        // Somebody changed something: the next evaluation is not waited for.
        for (const service of memory.services.values()) service.evaluateAt = 0;
      }
      state.nudge(appId);
    },
    wakeAlerts: tickWhenReady,
    wakeAudit: () => void auditApps(state),
    rulesChanged: () => void syncRules(state),
    operations: { wake: wakeWhenReady, cancel: operations.cancel },
    observed: createObserved(state, usage),
    oneOffs: state.oneOffs,
    waker: { wake: (target, signal) => wakeService(state, target, signal) },
    isReady: () => isReady,
    stop: async () => {
      ending.abort(new Error('Crane is stopping'));
      const { reconciler, autoscaler, looker } = workers;
      const ends = [reconciler.stop(), autoscaler.stop(), looker.stop(), operations.stop(), usage.ended()];
      await atMost(deps, stopPatienceMs, Promise.allSettled([...loops, ...ends, ...state.effects]));
    },
  };
}

async function atMost({ clock }: ControlDeps, ms: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work, clock.wait(ms, patience.signal)]);
  patience.abort();
}

type Workers = {
  reconciler: KeyedWorker<number>;
  autoscaler: KeyedWorker<'tick'>;
  looker: KeyedWorker<'all'>;
  fullLook: FullLook;
};

/** Each is told what to do, runs it once at a time, and logs what it did not expect. */
function createWorkers(state: ControlState, usage: Pick<UsageWatch, 'follow'>): Workers {
  const unlessOver = (note: (error: unknown) => void) => (_key: unknown, error: unknown) => {
    if (!state.signal.aborted) note(error);
  };
  const { log } = state.deps;
  const fullLook = createFullLook(state);
  return {
    fullLook,
    reconciler: createKeyedWorker(
      async (appId) => {
        try {
          await reconcileApp(state, appId);
        } finally {
          usage.follow(appId);
        }
      },
      (appId, error) => {
        if (!state.signal.aborted) noteFailedLook(state, appId, error);
      },
    ),
    autoscaler: createKeyedWorker(
      async () => {
        await judgeAlerts(state);
        await evaluateDue(state);
      },
      unlessOver((error) => log.error({ err: error }, 'autoscale failed')),
    ),
    looker: createKeyedWorker(
      fullLook,
      unlessOver((error) => log.warn({ err: error }, 'the regular full look failed')),
    ),
  };
}

function createState(deps: ControlDeps, signal: AbortSignal, nudge: (appId: number) => void): ControlState {
  return {
    deps,
    memories: new Map(),
    releases: createReleaseCache(deps.store, deps.settings.prefix),
    adopted: null,
    nudge,
    changed: new EventTarget(),
    limitEffects: limitParallel(deps.settings.parallelEffects),
    spare: null,
    limitNetworks: limitParallel(1),
    oneOffs: createOneOffs(),
    usageOf: () => ({ instances: [], services: [] }),
    signal,
    effects: new Set(),
  };
}

/** Adopts what was published before, looks at every app once, then lets operations and the autoscaler begin. */
async function begin(
  state: ControlState,
  { fullLook, reconciler }: Pick<Workers, 'fullLook' | 'reconciler'>,
  ready: () => void,
): Promise<void> {
  try {
    const published = await state.deps.proxy.observePublished();
    state.adopted = new Map(published.map((routes) => [routes.app, routes]));
  } catch (error) {
    state.deps.log.warn({ err: error }, 'published routes could not be read');
  }
  try {
    await fullLook();
  } catch (error) {
    if (state.signal.aborted) return;
    state.deps.log.warn({ err: error }, 'the first full look failed');
    tell(state, null, 'control.error', 'the engine could not be looked at; Crane goes on when it answers');
  }
  for (const app of state.deps.store.apps.list({ kind: 'all' })) state.nudge(app.id);
  await reconciler.idle();
  if (state.signal.aborted) return;
  ready();
  keepSpare(state);
  await syncRules(state);
}

async function every(state: ControlState, ms: number, run: () => Promise<void>): Promise<void> {
  while (!state.signal.aborted) {
    await state.deps.clock.wait(ms, state.signal);
    if (state.signal.aborted) return;
    try {
      await run();
    } catch (error) {
      if (!state.signal.aborted) state.deps.log.error({ err: error }, 'a regular look failed');
    }
  }
}
