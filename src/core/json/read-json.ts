import { CraneError } from '../error/crane-error.ts';

/** Far above what anybody sends; what is deeper or wider is sent to hurt. */
const most = { depth: 100, members: 200_000 };

/**
 * What a JSON text of somebody else says. Stricter than `JSON.parse`, which takes what two readers understand differently: a key that
 * comes twice, half a surrogate pair, a number beyond all range, a key that would become a prototype.
 * @throws `input.malformed` with the pointer
 */
export function readJson(text: string): unknown {
  const value = parse(text);
  const fault = findFault(text);
  if (fault === null) return value;
  const { pointer, message } = fault;
  throw new CraneError('input.malformed', {
    message: `The body is JSON that is not taken: ${pointer === '' ? '' : `${pointer}: `}${message}.`,
    fix: 'Send each key once, whole characters, and numbers within range.',
    errors: [{ pointer, message }],
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CraneError(
      'input.malformed',
      text === ''
        ? {
            message: 'The body is empty, but its Content-Type says JSON.',
            fix: 'Send a JSON document, or leave the Content-Type out.',
          }
        : { message: 'The body is not JSON.', fix: 'Send one JSON document.' },
      { cause },
    );
  }
}

type Fault = { pointer: string; message: string };
/** An object (`keys` are those seen) or a list that is open; `key` is the member that is being read. */
type Open = { keys: Set<string> | null; key: string };
type State = { open: Open[]; members: number; isKeyNext: boolean };

/** Walks over a text that is JSON. Linear, and without recursion. */
function findFault(text: string): Fault | null {
  const state: State = { open: [], members: 0, isKeyNext: false };
  for (const token of tokensOf(text)) {
    const message = faultOf(token, state);
    if (message !== null) return { pointer: pointerOf(state.open), message };
  }
  return null;
}

/** Strings with their quotes, numbers, and marks; what lies between, and the three words, cannot be at fault. */
function* tokensOf(text: string): Iterable<string> {
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at] ?? '';
    const end = mark === '"' ? endOfString(text, at) : isOfNumber(mark) ? endOfNumber(text, at) : at + 1;
    if (end > at + 1 || '{}[],0123456789'.includes(mark)) yield text.slice(at, end);
    at = end - 1;
  }
}

function faultOf(token: string, state: State): string | null {
  const [mark = ''] = token;
  if (mark === '"') return state.isKeyNext ? keyFault(token, state) : isBroken(token) ? half : null;
  if (mark === '{' || mark === '[') {
    state.open.push({ keys: mark === '{' ? new Set() : null, key: '' });
    state.isKeyNext = mark === '{';
    return state.open.length > most.depth ? `lies more than ${most.depth} deep` : null;
  }
  if (mark === '}' || mark === ']') state.open.pop();
  else if (mark !== ',') return Number.isFinite(Number(token)) ? null : 'is a number out of range';
  state.members += 1;
  state.isKeyNext = mark === ',' && state.open.at(-1)?.keys !== null;
  return state.members > most.members ? `makes it more than ${most.members} values` : null;
}

const half = 'holds half of a surrogate pair';

function keyFault(raw: string, state: State): string | null {
  const { open } = state;
  state.isKeyNext = false;
  const key = raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
  const [inner, outer] = [open.at(-1), open.at(-2)];
  if (inner === undefined) return null;
  inner.key = key;
  if (!key.isWellFormed()) return half;
  if (inner.keys?.has(key) === true) return 'is there twice';
  inner.keys?.add(key);
  const isPrototype = key === '__proto__' || (key === 'prototype' && outer?.key === 'constructor');
  return isPrototype ? 'is no key here' : null;
}

function isBroken(raw: string): boolean {
  return /\\u[dD][89a-fA-F]/.test(raw) && !String(JSON.parse(raw)).isWellFormed();
}

/** Where the string that begins at `start` is over. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - slashes - 1] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  let end = start;
  while (isOfNumber(text[end] ?? '')) end += 1;
  return end;
}

function isOfNumber(mark: string): boolean {
  return (
    (mark >= '0' && mark <= '9') ||
    mark === '-' ||
    mark === '+' ||
    mark === '.' ||
    mark === 'e' ||
    mark === 'E'
  );
}

/** RFC 6901. Names of an endless path are cut, and so is it. */
function pointerOf(open: readonly Open[]): string {
  return open
    .slice(0, 20)
    .flatMap(({ keys, key }) => (keys === null ? ['-'] : [key]))
    .map((key) => `/${key.slice(0, 200).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
