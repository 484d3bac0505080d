import type { Log } from '../core/port/log.ts';

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Ends everything, within eight seconds. */
export async function closeAll(closers: readonly (() => Promise<unknown>)[], log: Log): Promise<void> {
  const limit = AbortSignal.timeout(8_000);
  await Promise.race([
    Promise.allSettled(closers.map((close) => close())),
    untilAborted(limit).then(() => log.warn({}, 'stopped before everything had ended')),
  ]);
}
