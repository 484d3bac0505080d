/**
 * Restart delay when the policy engine cannot be asked: at once for the first failure, then 1 s, 2 s, 4 s … up to
 * `maxMs` (default 5 minutes).
 */
export function restartDelayMs(recentRestarts: number, maxMs = 300_000): number {
  if (recentRestarts <= 0) return 0;
  return Math.min(1000 * 2 ** Math.min(recentRestarts - 1, 30), maxMs);
}
