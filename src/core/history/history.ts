/** What a chart of an app can show, with its unit. */
export const seriesNames = [
  'requestsPerSecond', // of all replicas together
  'errorsPerSecond', // answers 5xx
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'inFlight', // open requests of all replicas together, mean
  'replicasWanted',
  'replicasReady',
  'cpuCores', // of all replicas together
  'memoryBytes', // working set of all replicas together
] as const;

export type SeriesName = (typeof seriesNames)[number];

/** One line of a chart. `values[i]` belongs to `times[i]` of the history; null where nothing was measured, which is not zero. */
export type Series = { service: string; name: SeriesName; values: (number | null)[] };

/** What was measured of an app, at equidistant `times` (ms since the epoch, oldest first). */
export type History = {
  from: number;
  to: number;
  stepMs: number;
  times: number[];
  series: Series[];
};

/** Points of one line; more are no better on a screen. */
const maxPoints = 360;
const steps = [1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000];

/** The finest step that needs no more than 360 points; times are multiples of it, so that the same past gives the same points. */
export function planHistory({ now, minutes }: { now: number; minutes: number }): Omit<History, 'series'> {
  const spanMs = minutes * 60_000;
  const stepMs =
    steps.find((step) => spanMs / step <= maxPoints) ?? Math.ceil(spanMs / maxPoints / 1000) * 1000;
  const to = Math.floor(now / stepMs) * stepMs;
  const from = to - Math.floor(spanMs / stepMs) * stepMs;
  const times = Array.from({ length: (to - from) / stepMs + 1 }, (_, index) => from + index * stepMs);
  return { from, to, stepMs, times };
}
