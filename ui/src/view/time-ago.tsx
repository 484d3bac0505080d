import { useEffect, useState } from 'react';
import { ago, dateTime } from '../words/format.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** One clock for all times on a page. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const tick = () => setNow(Date.now());
    listeners.add(tick);
    timer ??= setInterval(() => {
      for (const listener of listeners) listener();
    }, 1_000);
    return () => {
      listeners.delete(tick);
      if (listeners.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    };
  }, []);
  return now;
}

/** `3m ago`, with the whole time on hover. */
export function TimeAgo({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTime(at)} style={{ whiteSpace: 'nowrap' }}>
      {ago(at, now)}
    </time>
  );
}
