import { localeNow } from './language.ts';
import { t } from './t.ts';

/** `make` for the language of the person, kept: making a formatter costs more than a hundred uses of it. */
function perLocale<F>(make: (locale: string) => F): () => F {
  const made = new Map<string, F>();
  return () => {
    const locale = localeNow();
    const formatter = made.get(locale) ?? make(locale);
    made.set(locale, formatter);
    return formatter;
  };
}

const relative = perLocale(
  (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'narrow' }),
);
const absolute = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
);
const clock = perLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hour12: false }));
const hourMinute = perLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));
const whole = perLocale(
  (locale) => new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 0 }),
);
const tenth = perLocale(
  (locale) =>
    new Intl.NumberFormat(locale, {
      useGrouping: false,
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    }),
);
const twoFigures = perLocale(
  (locale) => new Intl.NumberFormat(locale, { useGrouping: false, maximumSignificantDigits: 2 }),
);
const threeFigures = perLocale(
  (locale) => new Intl.NumberFormat(locale, { useGrouping: false, maximumSignificantDigits: 3 }),
);

/** `3s ago` for a time in ms; `now` within a second. */
export function ago(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000);
  if (seconds < 1) return t('now');
  if (seconds < 60) return relative().format(-seconds, 'second');
  if (seconds < 3_600) return relative().format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return relative().format(-Math.round(seconds / 3_600), 'hour');
  return relative().format(-Math.round(seconds / 86_400), 'day');
}

export function dateTime(at: number): string {
  return absolute().format(at);
}

export function clockTime(at: number): string {
  return clock().format(at);
}

/** For the axis of a chart: as short as `stepMs` between two labels allows. */
export function axisTime(at: number, stepMs: number): string {
  return stepMs < 60_000 ? clockTime(at) : hourMinute().format(at);
}

/** `842 ms`, `3.4 s`, `2 min 5 s`, `1 h 30 min` */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${tenth().format(ms / 1_000)} s`;
  const [large, small, units] =
    ms < 3_600_000
      ? [Math.floor(ms / 60_000), Math.floor((ms % 60_000) / 1_000), ['min', 's']]
      : [Math.floor(ms / 3_600_000), Math.floor((ms % 3_600_000) / 60_000), ['h', 'min']];
  return small === 0 ? `${large} ${units[0]}` : `${large} ${units[0]} ${small} ${units[1]}`;
}

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${(size >= 100 || unit === 0 ? whole() : tenth()).format(size)} ${units[unit] ?? ''}`;
}

/** At most three figures that mean something. */
export function amount(value: number): string {
  const size = Math.abs(value);
  return (size >= 100 ? whole() : size >= 10 ? threeFigures() : twoFigures()).format(value);
}
