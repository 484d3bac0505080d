import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import type { FeedEvent } from './api.ts';
import { follow, type StreamState } from './follow.ts';

type Live = StreamState & { events: readonly FeedEvent[] };

const LiveContext = createContext<Live>({ isLive: false, lastAt: null, events: [] });

/** Newest first; older ones are on the events page. */
const kept = 200;

/** One event stream for all pages: keeps the newest events, and has read again what an event says is different now. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>({ isLive: false, lastAt: null });
  const [events, setEvents] = useState<readonly FeedEvent[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    const refresh = createRefresh(queries, stop.signal);
    void follow('/api/v1/events', {
      signal: stop.signal,
      onState: setState,
      onEvent: ({ data }) => {
        if (!isFeedEvent(data)) return;
        setEvents((before) => [data, ...before].slice(0, kept));
        refresh(['apps']);
        if (data.app !== null) refresh(['app', data.app]);
        if (data.kind === 'decision' || data.kind === 'heal.done' || data.kind.startsWith('instance.'))
          refresh(['decisions']);
        if (data.kind.startsWith('part.')) refresh(['status']);
      },
    });
    return () => stop.abort();
  }, [queries]);
  return <LiveContext value={{ ...state, events }}>{children}</LiveContext>;
}

/** Between two readings of what many events say is different. */
const pauseMs = 250;

/**
 * Has read again what is under a key: the first time at once, what comes meanwhile in one go when the reading has ended. Each event for
 * itself would restart the reading, and a crowd of them would never let it end.
 */
function createRefresh(queries: QueryClient, signal: AbortSignal): (key: readonly string[]) => void {
  const due = new Map<string, readonly string[]>();
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    while (due.size > 0 && !signal.aborted) {
      const keys = [...due.values()];
      due.clear();
      const pause = new Promise((resolve) => setTimeout(resolve, pauseMs));
      await Promise.allSettled([pause, ...keys.map((queryKey) => queries.invalidateQueries({ queryKey }))]);
    }
    isBusy = false;
  };
  return (key) => {
    due.set(key.join('/'), key);
    if (!isBusy) void work();
  };
}

/** The state of the event stream and the newest events. */
export function useLive(): Live {
  return use(LiveContext);
}

/** Enough to know an event by; what it says is the server's word. */
export function isFeedEvent(data: unknown): data is FeedEvent {
  return typeof data === 'object' && data !== null && 'seq' in data && 'kind' in data;
}
