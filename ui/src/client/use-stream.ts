import { useEffect, useState } from 'react';
import { follow, type StreamState } from './follow.ts';

/**
 * What a stream of server-sent events has brought, the oldest first and at most `kept` of them; `isItem` knows an item from what else may come.
 * What comes between two frames is drawn once. Another `path` begins anew.
 */
export function useStream<T>(
  path: string,
  {
    isItem,
    kept,
    after = null,
  }: {
    isItem: (data: unknown) => data is T;
    kept: number;
    /** The event to begin after; `0` = from the oldest that is kept. */
    after?: string | null;
  },
): { items: readonly T[]; state: StreamState } {
  const [items, setItems] = useState<readonly T[]>([]);
  const [state, setState] = useState<StreamState>({ isLive: false, lastAt: null });
  useEffect(() => {
    const stop = new AbortController();
    let waiting: T[] = [];
    let frame = 0;
    const show = (): void => {
      frame = 0;
      const more = waiting;
      waiting = [];
      setItems((before) => [...before, ...more].slice(-kept));
    };
    void follow(path, {
      after,
      signal: stop.signal,
      onState: setState,
      onEvent: ({ data }) => {
        if (!isItem(data)) return;
        waiting.push(data);
        if (frame === 0) frame = requestAnimationFrame(show);
      },
    });
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [path, isItem, kept, after]);
  return { items, state };
}
