import type { FeedEvent } from '../core/operation/feed.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';

const readAtOnce = 200;

/** What happens, as far as the actor may see it: after the number `after`, or from now on when it is null. Ends with `signal`. */
export async function* followFeed(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { after: number | null },
  signal: AbortSignal,
): AsyncIterable<FeedEvent> {
  const { feed } = deps.store;
  // A number from another database would wait for ever.
  let seq = Math.min(input.after ?? Number.MAX_SAFE_INTEGER, feed.lastSeq());
  let wake = Promise.withResolvers<void>();
  const stop = feed.subscribe(() => wake.resolve());
  const end = (): void => wake.resolve();
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      wake = Promise.withResolvers<void>();
      const newest = feed.lastSeq();
      const events = feed.since(scopeOf(actor), seq, readAtOnce);
      yield* events;
      // Others' events are passed over too, so that they are not read again each time.
      seq = Math.max(seq, events.at(-1)?.seq ?? 0, events.length < readAtOnce ? newest : 0);
      if (events.length < readAtOnce && !signal.aborted) await wake.promise;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', end);
  }
}
