import type { OutputChunk } from '../../core/port/instance-session.ts';

/** Output of a program of the model, kept until it is read. */
export type OutputQueue = {
  push(stream: OutputChunk['stream'], bytes: string | Uint8Array): void;
  end(): void;
  read(): AsyncIterable<OutputChunk>;
};

export function createOutputQueue(): OutputQueue {
  const waiting: OutputChunk[] = [];
  let isOver = false;
  let wake = Promise.withResolvers<void>();
  return {
    push(stream, bytes) {
      if (isOver || bytes.length === 0) return;
      waiting.push({ stream, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes });
      wake.resolve();
    },
    end() {
      isOver = true;
      wake.resolve();
    },
    async *read() {
      for (;;) {
        wake = Promise.withResolvers<void>();
        while (waiting.length > 0) {
          const chunk = waiting.shift();
          if (chunk !== undefined) yield chunk;
        }
        if (isOver) return;
        await wake.promise;
      }
    },
  };
}
