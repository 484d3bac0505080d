/** What of an app decides which of its releases are kept. */
export type KeptBy = {
  /** All that there are, in any order. */
  numbers: readonly number[];
  /** So many of the newest are kept; at least one. */
  keep: number;
  /** Those that are needed whatever their age: wanted, stable, tried as a canary, or run by an instance. */
  inUse: readonly (number | null)[];
};

/** The releases that nobody can come back to any more: older than the newest ones, and without use. Oldest first. */
export function forgottenReleases({ numbers, keep, inUse }: KeptBy): number[] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const used = new Set(inUse);
  return sorted
    .slice(0, Math.max(0, sorted.length - Math.max(1, keep)))
    .filter((number) => !used.has(number));
}
