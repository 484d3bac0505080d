const unitsNs = {
  ns: 1,
  us: 1_000,
  µs: 1_000,
  μs: 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  m: 60_000_000_000,
  h: 3_600_000_000_000,
  d: 86_400_000_000_000,
  w: 604_800_000_000_000,
} as const;
const isUnit = (unit: string): unit is keyof typeof unitsNs => unit in unitsNs;
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/g;

/** A Compose duration (`1m30s`, `500ms`, `1.5h`, `2d`, `-1s`) in nanoseconds; null when it is not one. */
export function parseDuration(text: string): number | null {
  const [, sign = '', amounts = ''] = /^([-+]?)(.*)$/.exec(text.slice(0, 80)) ?? [];
  if (amounts === '0') return 0;
  if (text.length > 80 || amounts === '' || amounts.replace(part, '') !== '') return null;
  let total = 0;
  for (const [, amount = '0', unit = 's'] of amounts.matchAll(part))
    if (isUnit(unit)) total += Number(amount) * unitsNs[unit];
  const rounded = Math.round(total);
  return sign === '-' ? -rounded || 0 : rounded;
}

/** For durations that were checked when the file was loaded: nanoseconds, 0 when it is none. */
export function durationNs(text: string): number {
  return parseDuration(text) ?? 0;
}

/** Milliseconds, rounded. */
export function durationMs(text: string): number {
  return Math.round(durationNs(text) / 1_000_000);
}

/** Nanoseconds as Compose writes them: `1m30s`, `1h0m0s`, `1.5s`, `500ms`, `0s`. */
export function durationText(ns: number): string {
  if (ns === 0) return '0s';
  const sign = ns < 0 ? '-' : '';
  const size = Math.abs(ns);
  const below = (
    [
      ['ns', 1_000],
      ['µs', 1_000_000],
      ['ms', 1_000_000_000],
    ] as const
  ).find(([, limit]) => size < limit);
  if (below !== undefined) return `${sign}${decimal(size, unitsNs[below[0]])}${below[0]}`;
  const hours = Math.floor(size / unitsNs.h);
  const minutes = Math.floor((size % unitsNs.h) / unitsNs.m);
  const seconds = `${decimal(size % unitsNs.m, unitsNs.s)}s`;
  return (
    sign + (hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds)
  );
}

/** `size / unit` without rounding: both are whole numbers. */
function decimal(size: number, unit: number): string {
  const rest = String(size % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return `${Math.floor(size / unit)}${unit === 1 || rest === '' ? '' : `.${rest}`}`;
}
