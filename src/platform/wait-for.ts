import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is not null or the time is over (null then). Waits between questions, not within one. */
export async function waitFor<T>(
  ask: () => Promise<T | null>,
  { timeoutMs, everyMs, signal }: { timeoutMs: number; everyMs: number; signal?: AbortSignal | undefined },
): Promise<T | null> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() >= end) return null;
    await delay(everyMs, undefined, signal === undefined ? {} : { signal });
  }
}
