/**
 * Merges streams that appear over time into one, in order of arrival. Ends when the source of streams and every stream
 * have ended, or `signal` aborts; the first error ends it all. At most one unread item per stream is held.
 */
export async function* mergeStreams<T>(
  source: () => AsyncIterable<AsyncIterable<T>>,
  signal: AbortSignal,
): AsyncIterable<T> {
  type Arrival = { iterator: AsyncIterator<T>; result: IteratorResult<T> };
  const waiting = new Map<AsyncIterator<T>, Promise<Arrival>>();
  const streams = source()[Symbol.asyncIterator]();
  const pull = (iterator: AsyncIterator<T>): void => {
    waiting.set(
      iterator,
      iterator.next().then((result) => ({ iterator, result })),
    );
  };
  let next: Promise<IteratorResult<AsyncIterable<T>>> | null = streams.next();
  try {
    while ((next !== null || waiting.size > 0) && !signal.aborted) {
      const found = await Promise.race([...(next === null ? [] : [next]), ...waiting.values()]);
      if ('iterator' in found) {
        if (found.result.done === true) waiting.delete(found.iterator);
        else {
          yield found.result.value;
          pull(found.iterator);
        }
      } else if (found.done === true) next = null;
      else {
        pull(found.value[Symbol.asyncIterator]());
        next = streams.next();
      }
    }
  } finally {
    next?.catch(() => undefined);
    for (const [iterator, pending] of waiting) {
      pending.catch(() => undefined);
      void iterator.return?.();
    }
  }
}
