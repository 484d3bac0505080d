import type { Clock } from '../../core/port/clock.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { UsageSample } from '../../core/usage/usage.ts';

/** Before the next attempt: 250 ms doubling to 10 s. */
const backoff = { firstMs: 250, longestMs: 10_000 };

export type StreamRequest = {
  runtime: Pick<Runtime, 'watchUsage'>;
  clock: Pick<Clock, 'wait'>;
  id: string;
  everyMs: number;
  /** Bounds how many streams are being opened at once. */
  limitOpening: <T>(task: () => Promise<T>) => Promise<T>;
  onSample: (sample: UsageSample) => void;
  /** The stream broke; null when it ended by itself: the instance does not run. */
  onBreak: (error: unknown) => void;
  signal: AbortSignal;
};

/**
 * Reads one instance's samples until the signal aborts; never rejects.
 *
 *     opening ──first sample──► following ──broken or ended──► waiting ──► opening
 */
export async function keepStream(request: StreamRequest): Promise<void> {
  const { clock, onSample, onBreak, signal } = request;
  let failures = 0;
  const take = (sample: UsageSample): void => {
    failures = 0;
    onSample(sample);
  };
  while (!signal.aborted) {
    const error = await follow(request, take);
    if (signal.aborted) return;
    onBreak(error);
    await clock.wait(Math.min(backoff.firstMs * 2 ** failures, backoff.longestMs), signal);
    failures += 1;
  }
}

/** Resolves to why the stream broke; null when it ended. */
async function follow(
  { runtime, id, everyMs, limitOpening, signal }: StreamRequest,
  take: (sample: UsageSample) => void,
): Promise<unknown> {
  try {
    const reader = runtime.watchUsage(id, { everyMs }, signal)[Symbol.asyncIterator]();
    let next = await limitOpening(() => reader.next());
    while (next.done !== true && !signal.aborted) {
      take(next.value);
      next = await reader.next();
    }
    return null;
  } catch (error) {
    return error;
  }
}
