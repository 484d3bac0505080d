import type { App } from '../core/app/app.ts';
import type { FeedEvent } from '../core/operation/feed.ts';
import { createAppMemory, type AppMemory } from './app-memory.ts';
import type { ControlDeps } from './control-deps.ts';

/** What all loops share: the adapters, what is known of each app, and how to ask for another look. */
export type ControlState = {
  deps: ControlDeps;
  memories: Map<number, AppMemory>;
  /** Backends published before this process began: adopted instances that were serving go on serving. */
  adopted: Map<string, Set<string>>;
  nudge: (appId: number) => void;
  /** Wakes everybody who waits for a change of an app. */
  changed: EventTarget;
  limitEffects: <T>(task: () => Promise<T>) => Promise<T>;
  signal: AbortSignal;
  /** Effects under way; awaited on the way down. */
  effects: Set<Promise<void>>;
};

export function memoryOf(state: ControlState, appId: number): AppMemory {
  const known = state.memories.get(appId);
  if (known !== undefined) return known;
  const fresh = createAppMemory();
  state.memories.set(appId, fresh);
  return fresh;
}

/** Appends to the activity feed. */
export function tell(
  state: ControlState,
  app: Pick<App, 'id' | 'uniqueName'>,
  kind: FeedEvent['kind'],
  text: string,
  data: Record<string, unknown> = {},
): void {
  state.deps.store.feed.append({
    at: state.deps.clock.now(),
    kind,
    appId: app.id,
    app: app.uniqueName,
    text,
    data,
  });
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
