import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { follow } from '../client/follow.ts';

/** Has the inbox read again as soon as there is something new in it. */
export function useNewNotices(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const stop = new AbortController();
    void follow('/api/v1/inbox/events', {
      signal: stop.signal,
      onEvent: () => void queries.invalidateQueries({ queryKey: ['inbox'] }),
    });
    return () => stop.abort();
  }, [queries]);
}
