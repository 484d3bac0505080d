import { usageError } from '../cli-error.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `20s`, `1m30s`, `500ms`; a bare number counts seconds. Milliseconds. @throws usage error that names the option. */
export function parseDuration(text: string, option: string): number {
  const trimmed = text.trim();
  if (/^\d{1,9}(\.\d{1,3})?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(?:\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h|d))+$/.test(trimmed)) {
    throw usageError(
      `${option} must be a duration (saw ${JSON.stringify(text.slice(0, 40))})`,
      `Write it as 20s, 1m30s or 500ms.`,
    );
  }
  let sum = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    sum += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  }
  return sum;
}

/** The same, but above 0. */
export function parseSomeDuration(text: string, option: string): number {
  const ms = parseDuration(text, option);
  if (ms > 0) return ms;
  throw usageError(`${option} must be above 0 (saw ${JSON.stringify(text)})`, 'Write it as 20s or 1m30s.');
}

/** `200`, `200/s`, `12000/m`: requests per second. @throws usage error that names the option. */
export function parseRate(text: string, option: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(?:\/(s|m))?$/.exec(text.trim());
  if (!match)
    throw usageError(
      `${option} must be a rate (saw ${JSON.stringify(text.slice(0, 40))})`,
      'Write it as 200 or 200/s.',
    );
  return Number(match[1]) / (match[2] === 'm' ? 60 : 1);
}

/** The same, but a rate that sends something. */
export function parseSomeRate(text: string, option: string): number {
  const rate = parseRate(text, option);
  if (rate > 0) return rate;
  throw usageError(`${option} must be above 0 (saw ${JSON.stringify(text)})`, 'Write it as 200 or 200/s.');
}

/** A whole number within bounds. @throws usage error that names the option. */
export function parseWhole(text: string, option: string, bounds: { min: number; max: number }): number {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return value;
  throw usageError(
    `${option} must be a whole number from ${bounds.min} to ${bounds.max} (saw ${JSON.stringify(text.slice(0, 40))})`,
    `Write a number such as ${Math.max(bounds.min, 1)}.`,
  );
}
