import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is not null; null when `timeoutMs` passed or the signal aborted first. The
 * question is asked at least once.
 */
export async function waitUntil<T>(
  ask: () => Promise<T | null> | T | null,
  { timeoutMs, everyMs, signal }: { timeoutMs: number; everyMs: number; signal: AbortSignal },
): Promise<T | null> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (signal.aborted || performance.now() >= deadline) return null;
    await wait(everyMs, undefined, { signal }).catch(() => {});
  }
}
