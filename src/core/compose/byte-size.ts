const units = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4, p: 1024 ** 5 } as const;
const isUnit = (letter: string): letter is keyof typeof units => letter in units;

/** `512m`, `1.5gb`, `2 GiB`, `1048576`, `-1` → bytes; null when it is no size. */
export function parseBytes(text: string): number | null {
  if (/^[-+]?\d{1,18}$/.test(text)) return Number(text);
  const match = /^\+?((?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:e[-+]?\d{1,2})?) ?([bkmgtp]?)(i?b)?$/i.exec(
    text,
  );
  if (match === null) return null;
  const unit = (match[2] ?? '').toLowerCase();
  if ((unit === '' || unit === 'b') && match[3] !== undefined) return null;
  return Math.trunc(Number(match[1]) * (isUnit(unit) ? units[unit] : 1));
}
