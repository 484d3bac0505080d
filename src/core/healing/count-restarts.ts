/** One replacement of a failed instance, as the ledger knows it. */
export type PastHealing = { at: number; release: number; slot: number };

/**
 * Recent restarts that count for the back-off of one instance: those of its own slot, or the service's share for each
 * wanted replica when that is more. So one bad instance among many backs off by itself, a replacement in another slot does
 * not start anew, and many that die together are not taken for a crash loop.
 */
export function countRestarts(
  past: readonly PastHealing[],
  of: { release: number; slot: number; replicas: number; since: number },
): number {
  const recent = past.filter((item) => item.release === of.release && item.at >= of.since);
  const own = recent.filter((item) => item.slot === of.slot).length;
  return Math.max(own, Math.floor(recent.length / Math.max(1, of.replicas)));
}
