import type { Observed } from '../core/port/observed.ts';
import { evaluateDue, judgeAlerts } from './autoscale-loop.ts';
import type { ControlDeps } from './control-deps.ts';
import { tell, type ControlState } from './control-state.ts';
import { createFullLook, type FullLook } from './full-look.ts';
import { createKeyedWorker } from './keyed-worker.ts';
import { limitParallel } from './limit-parallel.ts';
import { createObserved } from './observed-apps.ts';
import { reconcileApp } from './reconcile-app.ts';
import { createReleaseCache } from './release-cache.ts';
import { runOperations } from './run-operations.ts';
import { noteFailedLook } from './schedule-look.ts';
import { syncRules } from './sync-rules.ts';
import { createUsageWatch } from './usage/watch-usage.ts';
import { watchEngine } from './watch-engine.ts';
import { watchParts } from './watch-parts.ts';

export type Control = {
  nudge(appId: number): void;
  wakeAlerts(): void;
  operations: { wake(): void; cancel(id: string): void };
  observed: Observed;
  /** True after every app was looked at once. */
  isReady(): boolean;
  /** Takes no new work, lets effects under way end (bounded), stops the loops. What was cut short goes on at the next start. */
  stop(): Promise<void>;
};

/** How long effects may take to end on the way down, milliseconds. */
const stopPatienceMs = 5_000;
/** The autoscaler looks this often whether an evaluation is due. */
const tickMs = 500;

/** Starts the loops: reconcile (events, nudges, a full look), autoscale (alerts, timer), operations, parts. */
export function startControl(deps: ControlDeps): Control {
  const ending = new AbortController();
  const state = createState(deps, ending.signal, (appId) => reconciler.mark(appId));
  const usage = createUsageWatch(state);
  const reconciler = createKeyedWorker<number>(
    async (appId) => {
      try {
        await reconcileApp(state, appId);
      } finally {
        usage.follow(appId);
      }
    },
    (appId, error) => {
      if (!ending.signal.aborted) noteFailedLook(state, appId, error);
    },
  );
  const autoscaler = createKeyedWorker<'tick'>(
    async () => {
      await judgeAlerts(state);
      await evaluateDue(state);
    },
    (_key, error) => {
      if (!ending.signal.aborted) deps.log.error({ err: error }, 'autoscale failed');
    },
  );
  const fullLook = createFullLook(state);
  const looker = createKeyedWorker<'all'>(fullLook, (_key, error) => {
    if (!ending.signal.aborted) deps.log.warn({ err: error }, 'the regular full look failed');
  });
  const operations = runOperations(state);
  let isReady = false;
  const ready = (): void => {
    isReady = true;
    operations.wake();
    autoscaler.mark('tick');
  };
  const loops = [
    begin(state, fullLook, reconciler.idle, ready),
    watchEngine(state, () => looker.mark('all')),
    every(state, deps.settings.fullLookMs, async () => {
      looker.mark('all');
      if (isReady) operations.wake();
      await syncRules(state);
    }),
    every(state, Math.min(tickMs, deps.settings.fastLoopMs), async () => {
      if (isReady) autoscaler.mark('tick');
    }),
    watchParts(state),
  ];
  return {
    nudge: (appId) => {
      const memory = state.memories.get(appId);
      if (memory !== undefined) memory.mayHavePending = true;
      state.nudge(appId);
    },
    wakeAlerts: () => {
      if (isReady) autoscaler.mark('tick');
    },
    operations: { wake: () => (isReady ? operations.wake() : undefined), cancel: operations.cancel },
    observed: createObserved(state, usage),
    isReady: () => isReady,
    stop: async () => {
      ending.abort(new Error('Crane is stopping'));
      const patience = new AbortController();
      const all = Promise.allSettled([
        ...loops,
        reconciler.stop(),
        autoscaler.stop(),
        looker.stop(),
        operations.stop(),
        ...state.effects,
        usage.ended(),
      ]);
      await Promise.race([all, deps.clock.wait(stopPatienceMs, patience.signal)]);
      patience.abort();
    },
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
    limitNetworks: limitParallel(1),
    signal,
    effects: new Set(),
  };
}

/** Adopts what was published before, looks at every app once, then lets operations and the autoscaler begin. */
async function begin(
  state: ControlState,
  fullLook: FullLook,
  idle: () => Promise<void>,
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
  await idle();
  if (state.signal.aborted) return;
  ready();
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
