import type { Api } from '../calls/api.ts';
import type { FeedEventView } from '../calls/views.ts';

export type FeedLog = {
  /** What came since the log was opened. */
  events(): readonly FeedEventView[];
  /** The first matching event at or after `since` (milliseconds since the epoch), now or later; null when none comes in time. */
  waitFor(
    match: (event: FeedEventView) => boolean,
    options: { since: number; timeoutMs: number },
  ): Promise<FeedEventView | null>;
  close(): Promise<void>;
};

/** Reads the activity feed from now on, in the background, and keeps it. A feed that breaks off ends all waiting. */
export function openFeedLog(
  api: Pick<Api, 'feed'>,
  signal: AbortSignal,
  onEvent: (event: FeedEventView) => void,
): FeedLog {
  const events: FeedEventView[] = [];
  const waiting = new Set<() => void>();
  const closed = new AbortController();
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  async function read(): Promise<void> {
    try {
      for await (const event of api.feed(null, AbortSignal.any([signal, closed.signal]))) {
        events.push(event);
        onEvent(event);
        wakeAll();
      }
    } catch (error) {
      if (!signal.aborted && !closed.signal.aborted) throw error;
    } finally {
      closed.abort();
      wakeAll();
    }
  }
  const reading = read();
  // Heard of in close(); until then a failed feed shows as steps that were not seen.
  reading.catch(() => {});

  async function nextChange(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(0, ms));
    waiting.add(resolve);
    await promise;
    waiting.delete(resolve);
    clearTimeout(timer);
  }

  return {
    events: () => events,
    async waitFor(match, { since, timeoutMs }) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const found = events.find((event) => event.at >= since && match(event));
        if (found) return found;
        if (closed.signal.aborted || performance.now() >= deadline) return null;
        await nextChange(deadline - performance.now());
      }
    },
    async close() {
      closed.abort();
      await reading;
    },
  };
}
