import type { FeedEvent } from '../core/operation/feed.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';

const readAtOnce = 200;

/**
 * What happens, as far as the actor may see it: after the number `after`, else not before `sinceMs`, else from now on. Ends with `signal`, or
 * after what has happened already.
 */
export async function* followFeed(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { after: number | null; sinceMs?: number | null; isEndless?: boolean },
  signal: AbortSignal,
): AsyncIterable<FeedEvent> {
  const { feed } = deps.store;
  // A number from another database would wait for ever.
  const { sinceMs = null, isEndless = true } = input;
  const begin = sinceMs === null ? Number.MAX_SAFE_INTEGER : 0;
  let seq = Math.min(input.after ?? begin, feed.lastSeq());
  let wake = Promise.withResolvers<void>();
  const stop = feed.subscribe(() => wake.resolve());
  const end = (): void => wake.resolve();
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      wake = Promise.withResolvers<void>();
      const newest = feed.lastSeq();
      const events = feed.since(scopeOf(actor), seq, readAtOnce);
      yield* sinceMs === null ? events : events.filter((event) => event.at >= sinceMs);
      // Others' events are passed over too, so that they are not read again each time.
      seq = Math.max(seq, events.at(-1)?.seq ?? 0, events.length < readAtOnce ? newest : 0);
      if (events.length === readAtOnce) continue;
      if (!isEndless) return;
      if (!signal.aborted) await wake.promise;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', end);
  }
}
