/**
 * Restart delay when the policy engine cannot be asked: at once for the first failure, then 1 s, 2 s, 4 s … up to
 * `maxMs` (default 5 minutes).
 */
export function restartDelayMs(recentRestarts: number, maxMs = 300_000): number {
  return recentRestarts <= 0 ? 0 : retryDelayMs(recentRestarts, maxMs);
}

/** How long to wait after the `failures`-th failure in a row (1, 2, 3 …): 1 s, 2 s, 4 s … up to `maxMs` (default a minute). */
export function retryDelayMs(failures: number, maxMs = 60_000): number {
  return Math.min(1000 * 2 ** Math.min(failures - 1, 30), maxMs);
}
