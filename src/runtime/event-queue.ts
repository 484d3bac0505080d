/** Between a source that must not wait and a reader that may: bounded, and honest when it overflowed. */
export type EventQueue<T> = {
  push(item: T): void;
  /** Null when the signal aborted. */
  next(signal: AbortSignal): Promise<T | null>;
};

/** When more than `limit` items wait, they are all replaced by one: `overflow()`. */
export function createEventQueue<T>(limit: number, overflow: () => T): EventQueue<T> {
  let items: T[] = [];
  let wake: (() => void) | null = null;
  return {
    push(item) {
      items = items.length >= limit ? [overflow()] : [...items, item];
      wake?.();
    },
    async next(signal) {
      while (items.length === 0) {
        if (signal.aborted) return null;
        await new Promise<void>((resolve) => {
          wake = () => {
            signal.removeEventListener('abort', resolveAborted);
            resolve();
          };
          const resolveAborted = (): void => resolve();
          signal.addEventListener('abort', resolveAborted, { once: true });
        });
        wake = null;
      }
      return items.shift() ?? null;
    },
  };
}
