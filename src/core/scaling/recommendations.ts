/** What the policy wished for at one time (monotonic milliseconds). */
export type Recommendation = { at: number; target: number };

/** Appends one and forgets those that left the window. */
export function recordRecommendation(
  list: readonly Recommendation[],
  next: Recommendation,
  windowMs: number,
): Recommendation[] {
  return [...list.filter((item) => item.at >= next.at - windowMs), next];
}

/** The highest one not older than `since`; null when there is none. */
export function highestRecommendation(list: readonly Recommendation[], since: number): number | null {
  let highest: number | null = null;
  for (const item of list) {
    if (item.at >= since && (highest === null || item.target > highest)) highest = item.target;
  }
  return highest;
}
