const unitsNs = {
  ns: 1,
  us: 1_000,
  µs: 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  m: 60_000_000_000,
  h: 3_600_000_000_000,
} as const;
const isUnit = (unit: string): unit is keyof typeof unitsNs => unit in unitsNs;

/** A Compose duration (`1m30s`, `500ms`) in nanoseconds; null when it is not one. */
export function parseDuration(text: string): number | null {
  if (text.length > 40 || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text))
    return text === '0' ? 0 : null;
  let total = 0;
  for (const [, amount = '0', unit = 's'] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    if (isUnit(unit)) total += Number(amount) * unitsNs[unit];
  }
  return Math.round(total);
}

/** For durations that were checked when the file was loaded: nanoseconds, 0 when it is none. */
export function durationNs(text: string): number {
  return parseDuration(text) ?? 0;
}

/** Milliseconds, rounded. */
export function durationMs(text: string): number {
  return Math.round(durationNs(text) / 1_000_000);
}
