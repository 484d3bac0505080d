/**
 * A lazy stream that is let go at once when its reader stops: a generator waiting for bytes would otherwise hold its
 * connection until the next byte. The reader's own signal, when it aborts, makes `start`'s stream throw as usual.
 */
export function closableStream<T>(
  caller: AbortSignal | undefined,
  start: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const controller = new AbortController();
      const onAbort = (): void => controller.abort(caller?.reason);
      if (caller?.aborted === true) onAbort();
      else caller?.addEventListener('abort', onAbort, { once: true });
      const inner = start(controller.signal)[Symbol.asyncIterator]();
      let isClosed = false;
      const release = (): void => caller?.removeEventListener('abort', onAbort);
      return {
        async next(): Promise<IteratorResult<T>> {
          if (isClosed) return { done: true, value: undefined };
          try {
            const result = await inner.next();
            if (result.done === true) release();
            return result;
          } catch (error) {
            release();
            if (isClosed) return { done: true, value: undefined };
            throw error;
          }
        },
        async return(): Promise<IteratorResult<T>> {
          isClosed = true;
          release();
          controller.abort();
          // A pending read fails now, by the abort above; its error belongs to nobody.
          await inner.return?.().catch(() => undefined);
          return { done: true, value: undefined };
        },
      };
    },
  };
}
