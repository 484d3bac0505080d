const hour = 3_600_000;

/** How long something holds: as the command line takes it, and in ms. */
const spans = {
  '30m': hour / 2,
  '1h': hour,
  '4h': 4 * hour,
  '1d': 24 * hour,
  '7d': 168 * hour,
  '30d': 720 * hour,
  '90d': 2_160 * hour,
  '365d': 8_760 * hour,
} as const;

export type Span = keyof typeof spans;

export function msOf(span: Span): number {
  return spans[span];
}
