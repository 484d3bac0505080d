import type { App } from '../core/app/app.ts';
import type { FeedEvent } from '../core/operation/feed.ts';
import type { AppRoutes } from '../core/route/route.ts';
import { createAppMemory, type AppMemory } from './app-memory.ts';
import type { AppUsage } from '../core/usage/usage.ts';
import type { ControlDeps } from './control-deps.ts';
import type { LiveOneOffs } from './instances/live-one-offs.ts';
import type { ReleaseCache } from './release-cache.ts';

/** `isReady`: it is there, and the router is on it. */
export type SpareNetwork = { name: string; isReady: boolean };

/** What all loops share: the adapters, what is known of each app, and how to ask for another look. */
export type ControlState = {
  deps: ControlDeps;
  memories: Map<number, AppMemory>;
  releases: ReleaseCache;
  /**
   * Routes published before this process began, by app: adopted instances that were serving go on serving. Null when they
   * could not be read.
   */
  adopted: Map<string, AppRoutes> | null;
  nudge: (appId: number) => void;
  /** Wakes everybody who waits for a change of an app. */
  changed: EventTarget;
  limitEffects: <T>(task: () => Promise<T>) => Promise<T>;
  /** A network made ahead for the next new app; null = there is none. */
  spare: SpareNetwork | null;
  /** One at a time. */
  limitNetworks: <T>(task: () => Promise<T>) => Promise<T>;
  oneOffs: LiveOneOffs;
  /** What the app's running instances use. */
  usageOf: (appId: number) => AppUsage;
  signal: AbortSignal;
  /** Effects under way; awaited on the way down. */
  effects: Set<Promise<void>>;
};

export function memoryOf(state: ControlState, app: Pick<App, 'id' | 'engineName'>): AppMemory {
  const known = state.memories.get(app.id);
  if (known !== undefined) return known;
  const fresh = createAppMemory();
  const published = state.adopted?.get(app.engineName);
  state.adopted?.delete(app.engineName);
  fresh.isPublished = state.adopted === null || published !== undefined;
  const backends =
    published?.routes.flatMap((route) => [...route.backends, ...(route.canary?.backends ?? [])]) ?? [];
  fresh.adopted = new Map(backends.map(({ instance, url }) => [instance, new URL(url).hostname]));
  state.memories.set(app.id, fresh);
  return fresh;
}

type Told = [
  app: Pick<App, 'id' | 'uniqueName'> | null,
  kind: FeedEvent['kind'],
  text: string,
  data?: Record<string, unknown>,
];

/** Appends to the activity feed; for use within a transaction, which an error ends. */
export function appendFeed({ deps }: ControlState, ...[app, kind, text, data = {}]: Told): void {
  const { store, clock } = deps;
  store.feed.append({
    at: clock.now(),
    kind,
    appId: app?.id ?? null,
    app: app?.uniqueName ?? null,
    text,
    data,
  });
}

/** Appends to the activity feed. What cannot be told (a full disk) is logged: the loops must go on. */
export function tell(state: ControlState, ...told: Told): void {
  try {
    appendFeed(state, ...told);
  } catch (error) {
    const [app, kind, text] = told;
    state.deps.log.warn({ app: app?.uniqueName, kind, err: error }, `could not be told: ${text}`);
  }
}

/** Runs an effect beside the loop: its end marks the app dirty, its error is logged once, here. */
export function launch(
  state: ControlState,
  app: Pick<App, 'id' | 'uniqueName'>,
  what: string,
  effect: () => Promise<void>,
): void {
  const running = (async (): Promise<void> => {
    try {
      await effect();
    } catch (error) {
      if (!state.signal.aborted)
        state.deps.log.error({ app: app.uniqueName, effect: what, err: error }, 'effect failed');
    } finally {
      if (!state.signal.aborted) state.nudge(app.id);
    }
  })();
  state.effects.add(running);
  void running.finally(() => state.effects.delete(running));
}

/** Resolves at the next change of the app, or after `ms`. */
export async function nextChange(
  state: ControlState,
  appId: number,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const woken = new AbortController();
  const name = String(appId);
  const wake = (): void => woken.abort();
  state.changed.addEventListener(name, wake, { once: true });
  try {
    await state.deps.clock.wait(ms, AbortSignal.any([woken.signal, signal]));
  } finally {
    state.changed.removeEventListener(name, wake);
  }
}
