import type { z } from 'zod';
import { CraneError } from '../error/crane-error.ts';

/** `signals.requestsPerSecond.value` → what it shall be. */
export type Edits = Readonly<Record<string, unknown>>;

/**
 * A copy of a decision's input with members set: `replicas.desired`, `targets.p95Ms`, `signals.p95Ms.value` (members of a
 * list by their `name`, or by number), with or without `input.` in front. The result must be a valid input again. Throws
 * `input.invalid` with a pointer for each path that does not exist or value that does not fit.
 */
export function editInput<T>(input: T, edits: Edits, schema: z.ZodType<T>): T {
  const copy: unknown = structuredClone(input);
  for (const [path, value] of Object.entries(edits)) setAt(copy, path, value);
  const parsed = schema.safeParse(copy);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    pointer: `/${issue.path.join('/')}`,
    message: issue.message,
  }));
  throw new CraneError('input.invalid', {
    message: `The edited input does not fit: ${errors[0]?.pointer.slice(1)} ${errors[0]?.message}.`,
    fix: 'See the input of the decision with: crane explain ID --verbose',
    errors,
  });
}

function setAt(root: unknown, path: string, value: unknown): void {
  const words = path.replace(/^input\./, '').split('.');
  const last = words.pop() ?? '';
  let place = root;
  for (const word of words) place = memberOf(place, word, path);
  if (Array.isArray(place)) {
    const index = indexOf(place, last);
    if (index === null) throw unknownPath(path);
    place[index] = value;
  } else if (isRecord(place) && isSafe(last)) place[last] = value;
  else throw unknownPath(path);
}

function memberOf(place: unknown, word: string, path: string): unknown {
  if (Array.isArray(place)) {
    const index = indexOf(place, word);
    if (index !== null) return place[index];
  } else if (isRecord(place) && Object.hasOwn(place, word)) return place[word];
  throw unknownPath(path);
}

function indexOf(list: readonly unknown[], word: string): number | null {
  const named = list.findIndex((item) => isRecord(item) && item['name'] === word);
  const index = named === -1 && /^\d{1,4}$/.test(word) ? Number(word) : named;
  return index >= 0 && index < list.length ? index : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A new member is judged by the schema; these would never reach it. */
function isSafe(word: string): boolean {
  return word !== '' && word !== '__proto__';
}

function unknownPath(path: string): CraneError {
  const message = `there is no such member (saw ${JSON.stringify(path.slice(0, 120))})`;
  return new CraneError('input.invalid', {
    message: `The input cannot be edited: ${message}.`,
    fix: 'Name members as in signals.requestsPerSecond.value or bounds.max; crane explain ID --verbose shows them all.',
    errors: [{ pointer: `/set/${path.slice(0, 120)}`, message }],
  });
}
