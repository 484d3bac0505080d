/** Counts failures of each peer in a bucket that refills with time. */
export type FailureLimiter = {
  /** Notes one failure at `now` (milliseconds); null = within the limit, else seconds until the next one is. */
  fail(peer: string, now: number): number | null;
  /** It was none after all. */
  forget(peer: string): void;
};

type Bucket = { left: number; at: number };

/** `burst` failures at once, then one each `refillMs`. Remembers at most `maxPeers`, forgetting the one seen longest ago. */
export function createFailureLimiter({
  burst,
  refillMs,
  maxPeers,
}: {
  burst: number;
  refillMs: number;
  maxPeers: number;
}): FailureLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    forget: (peer) => void buckets.delete(peer),
    fail: (peer, now) => {
      const before = buckets.get(peer) ?? { left: burst, at: now };
      const left = Math.min(burst, before.left + Math.max(0, now - before.at) / refillMs);
      const isWithin = left >= 1;
      // Deleting first keeps the map in order of the last failure.
      buckets.delete(peer);
      buckets.set(peer, { left: isWithin ? left - 1 : left, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > maxPeers && oldest !== undefined) buckets.delete(oldest);
      return isWithin ? null : Math.ceil(((1 - left) * refillMs) / 1000);
    },
  };
}
