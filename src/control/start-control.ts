import type { Observed } from '../core/port/observed.ts';
import { evaluateDue, judgeAlerts } from './autoscale-loop.ts';
import type { ControlDeps } from './control-deps.ts';
import type { ControlState } from './control-state.ts';
import { createKeyedWorker } from './keyed-worker.ts';
import { limitParallel } from './limit-parallel.ts';
import { createObserved } from './observed-apps.ts';
import { reconcileApp } from './reconcile-app.ts';
import { runOperations } from './run-operations.ts';
import { syncRules } from './sync-rules.ts';
import { createUsageWatch } from './usage/watch-usage.ts';
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

/** Starts the loops: reconcile (events, nudges, a full look), autoscale (alerts, timer), operations, parts. */
export function startControl(deps: ControlDeps): Control {
  const ending = new AbortController();
  const state: ControlState = {
    deps,
    memories: new Map(),
    adopted: new Map(),
    nudge: (appId) => reconciler.mark(appId),
    changed: new EventTarget(),
    limitEffects: limitParallel(deps.settings.parallelEffects),
    signal: ending.signal,
    effects: new Set(),
  };
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
      if (ending.signal.aborted) return;
      deps.log.error({ appId, err: error }, 'reconcile failed');
      retryLater(state, appId);
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
  const operations = runOperations(state);
  let isReady = false;

  const lookAtAll = (): void => {
    for (const memory of state.memories.values())
      for (const set of [memory.networks, memory.routerNetworks, memory.volumes]) set.clear();
    const apps = deps.store.apps.list({ kind: 'all' });
    for (const app of apps) reconciler.mark(app.id);
    for (const id of state.memories.keys()) if (!apps.some((app) => app.id === id)) reconciler.mark(id);
  };
  const loops = [
    begin(
      state,
      () => {
        isReady = true;
        operations.wake();
        autoscaler.mark('tick');
      },
      reconciler.idle,
      lookAtAll,
    ),
    watchEngine(state, lookAtAll),
    every(state, deps.settings.fullLookMs, async () => {
      lookAtAll();
      await syncRules(state);
    }),
    every(state, Math.min(500, deps.settings.fastLoopMs), async () => {
      if (isReady) autoscaler.mark('tick');
    }),
    watchParts(state),
  ];

  return {
    nudge: state.nudge,
    wakeAlerts: () => autoscaler.mark('tick'),
    operations,
    observed: createObserved(state, usage),
    isReady: () => isReady,
    stop: async () => {
      ending.abort(new Error('Crane is stopping'));
      const patience = new AbortController();
      const all = Promise.allSettled([
        ...loops,
        reconciler.stop(),
        autoscaler.stop(),
        operations.stop(),
        ...state.effects,
        usage.ended(),
      ]);
      await Promise.race([all, deps.clock.wait(stopPatienceMs, patience.signal)]);
      patience.abort();
    },
  };
}

/** Adopts what was published before, looks at every app once, then lets operations and the autoscaler begin. */
async function begin(
  state: ControlState,
  ready: () => void,
  idle: () => Promise<void>,
  lookAtAll: () => void,
): Promise<void> {
  try {
    for (const { app, routes } of await state.deps.proxy.observePublished()) {
      state.adopted.set(
        app,
        new Set(routes.flatMap((route) => route.backends.map((backend) => backend.instance))),
      );
    }
  } catch (error) {
    state.deps.log.warn({ err: error }, 'published routes could not be read');
  }
  lookAtAll();
  await idle();
  if (state.signal.aborted) return;
  ready();
  await syncRules(state);
}

/** An engine event only marks its app dirty; after a gap in the stream everything is looked at. */
async function watchEngine(state: ControlState, lookAtAll: () => void): Promise<void> {
  while (!state.signal.aborted) {
    try {
      for await (const event of state.deps.runtime.watch(state.signal)) {
        if (event.kind === 'reconnected' || event.app === null) lookAtAll();
        else {
          const app = state.deps.store.apps.find({ kind: 'all' }, event.app);
          if (app !== null) state.nudge(app.id);
        }
      }
    } catch (error) {
      if (state.signal.aborted) return;
      state.deps.log.warn({ err: error }, 'engine events ended');
      await state.deps.clock.wait(1_000, state.signal);
    }
  }
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

/** An app whose look failed (engine down) is looked at again soon, not in a hot loop. */
function retryLater(state: ControlState, appId: number): void {
  void state.deps.clock.wait(1_000, state.signal).then(() => {
    if (!state.signal.aborted) state.nudge(appId);
  });
}
