/** One difference between two JSON values. `path` is dotted; `from` or `to` is undefined where the value is absent. */
export type ValueChange = { path: string; from: unknown; to: unknown };

/** All differences, in the order of the keys; objects are entered, lists are compared as wholes. */
export function diffValues(from: unknown, to: unknown, path = ''): ValueChange[] {
  if (isSame(from, to)) return [];
  if (!isMap(from) || !isMap(to)) return [{ path, from, to }];
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return keys.flatMap((key) => diffValues(from[key], to[key], path === '' ? key : `${path}.${key}`));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSame(a[key], b[key]));
}
