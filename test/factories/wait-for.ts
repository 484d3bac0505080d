import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until there is an answer that is not null; fails with `what` when there is none in time. */
export async function waitFor<T>(
  what: string,
  ask: () => T | null | Promise<T | null>,
  { timeoutMs = 30_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() >= deadline) assert.fail(`not within ${timeoutMs} ms: ${what}`);
    await pause(everyMs);
  }
}
