import { useQueryClient } from '@tanstack/react-query';
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
    void follow('/api/v1/events', {
      signal: stop.signal,
      onState: setState,
      onEvent: ({ data }) => {
        if (!isFeedEvent(data)) return;
        setEvents((before) => [data, ...before].slice(0, kept));
        void queries.invalidateQueries({ queryKey: ['apps'] });
        if (data.app !== null) void queries.invalidateQueries({ queryKey: ['app', data.app] });
        if (data.kind === 'decision' || data.kind === 'heal.done' || data.kind.startsWith('instance.'))
          void queries.invalidateQueries({ queryKey: ['decisions'] });
        if (data.kind.startsWith('part.')) void queries.invalidateQueries({ queryKey: ['status'] });
      },
    });
    return () => stop.abort();
  }, [queries]);
  return <LiveContext value={{ ...state, events }}>{children}</LiveContext>;
}

/** The state of the event stream and the newest events. */
export function useLive(): Live {
  return use(LiveContext);
}

/** Enough to know an event by; what it says is the server's word. */
export function isFeedEvent(data: unknown): data is FeedEvent {
  return typeof data === 'object' && data !== null && 'seq' in data && 'kind' in data;
}
