/** One run at a time per key; a key marked while it runs is run once more. Events are thus coalesced, never queued up. */
export type KeyedWorker<K> = {
  mark(key: K): void;
  /** Resolves when nothing runs and nothing is marked. */
  idle(): Promise<void>;
  /** Takes no new marks; resolves when the running ones have ended. */
  stop(): Promise<void>;
};

export function createKeyedWorker<K>(
  run: (key: K) => Promise<void>,
  onError: (key: K, error: unknown) => void,
): KeyedWorker<K> {
  const running = new Map<K, Promise<void>>();
  const dirty = new Set<K>();
  let isStopped = false;

  const work = async (key: K): Promise<void> => {
    while (dirty.delete(key)) {
      try {
        await run(key);
      } catch (error) {
        onError(key, error);
      }
    }
    running.delete(key);
  };
  const mark = (key: K): void => {
    if (isStopped) return;
    dirty.add(key);
    if (!running.has(key))
      running.set(
        key,
        Promise.resolve().then(() => work(key)),
      );
  };
  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };
  return {
    mark,
    idle,
    stop: async () => {
      isStopped = true;
      dirty.clear();
      await idle();
    },
  };
}
