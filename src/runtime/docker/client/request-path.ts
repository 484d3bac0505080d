import { CraneError } from '../../../core/error/crane-error.ts';

export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/**
 * Tag for paths: ``enginePath`/containers/${id}/json` ``. Each value is encoded; slashes inside a value stay (image names), but a value
 * that would leave its place (`..`, empty) is refused.
 */
export function enginePath(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.reduce((path, text, index) => {
    const value = values[index];
    return path + text + (value === undefined ? '' : encodeValue(value));
  }, '');
}

function encodeValue(value: string): string {
  const parts = value.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new CraneError(
      'input.invalid',
      `"${value.slice(0, 100)}" cannot be the name of an engine's object.`,
    );
  return parts.map((part) => encodeURIComponent(part)).join('/');
}

/** Absent values are left out, booleans become `1` and `0`, lists repeat the key. */
export function renderQuery(query: Query = {}): string {
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const each of value) pairs.push([key, each]);
    else pairs.push([key, typeof value === 'boolean' ? (value ? '1' : '0') : String(value)]);
  }
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** The engine's `filters` parameter: keys to lists of values, all of which must hold. */
export type Filters = Readonly<Record<string, readonly string[] | undefined>>;

export function renderFilters(filters: Filters | undefined): string | undefined {
  if (filters === undefined) return undefined;
  const given = Object.entries(filters).filter(([, values]) => values !== undefined && values.length > 0);
  return given.length === 0 ? undefined : JSON.stringify(Object.fromEntries(given));
}
