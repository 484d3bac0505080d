/** Runs work one after another; a waiting one whose signal aborts leaves the queue at once. */
export type ScanQueue = {
  run<T>(
    work: () => Promise<T>,
    options: { onWait: () => void; signal?: AbortSignal | undefined },
  ): Promise<T>;
};

export function createScanQueue(): ScanQueue {
  let tail: Promise<void> = Promise.resolve();
  let length = 0;
  return {
    async run(work, { onWait, signal }) {
      signal?.throwIfAborted();
      const turn = Promise.withResolvers<void>();
      const before = tail;
      tail = before.then(() => turn.promise);
      length += 1;
      try {
        if (length > 1) onWait();
        await (signal === undefined ? before : Promise.race([before, aborted(signal)]));
        signal?.throwIfAborted();
        return await work();
      } finally {
        length -= 1;
        turn.resolve();
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
