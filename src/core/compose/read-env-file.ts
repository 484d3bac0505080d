import { interpolate, type Lookup } from './interpolate.ts';

export type EnvFile = { values: Record<string, string>; problems: { line: number; message: string }[] };

const blank = /[\t\v\f\r \u0085\u00A0]/;
const keyEnd = /[=:\n]/g;

/**
 * Reads Compose's dialect of env files: `export`, `#` comments, quotes over several lines, escapes in double quotes,
 * `KEY: value`, variables of `lookup` and of the lines above. A bare `KEY` takes its value from `lookup`. `raw` takes
 * every line as it stands. Problems have their line, beginning at 1.
 */
export function readEnvFile(text: string, lookup: Lookup = () => undefined): EnvFile {
  const values = new Map<string, string>();
  const problems: EnvFile['problems'] = [];
  const find: Lookup = (name) => lookup(name) ?? values.get(name);
  const source = text.replace(/^\uFEFF/, '');
  let at = skipBlank(source, 0);
  while (at < source.length) {
    const read = readLine(source, at, find);
    if ('message' in read) {
      problems.push({ line: lineOf(source, at), message: read.message });
      break;
    }
    if (read.value !== undefined) values.set(read.key, read.value);
    at = skipBlank(source, read.next);
  }
  return { values: Object.fromEntries(values), problems };
}

function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}

/** The next place that is neither blank nor in a comment. */
function skipBlank(source: string, from: number): number {
  let at = from;
  while (at < source.length) {
    if (/\s|\u0085/.test(source.charAt(at))) at += 1;
    else if (source.charAt(at) === '#') {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
    } else break;
  }
  return at;
}

type Line = { key: string; value: string | undefined; next: number } | { message: string };

function readLine(source: string, from: number, find: Lookup): Line {
  const start = /^export[\t ]+/.exec(source.slice(from, from + 64))?.[0].length ?? 0;
  keyEnd.lastIndex = from + start;
  const end = keyEnd.exec(source)?.index ?? source.length;
  const key = source.slice(from + start, end).trim();
  const wrong = /[^\p{L}\p{N}_.\-[\]\s]/u.exec(key.slice(0, 1000))?.[0];
  if (wrong !== undefined) return { message: `a variable's name cannot hold ${JSON.stringify(wrong)}` };
  if (/\s/.test(key)) return { message: `a variable's name cannot hold a space (saw "${key.slice(0, 60)}")` };
  const mark = source.charAt(end);
  if (mark === '')
    return key === '' ? { message: 'a name is missing' } : { key, value: find(key), next: end };
  if (mark === '\n') return { key, value: find(key), next: end + 1 };
  let at = end + 1;
  while (at < source.length && blank.test(source.charAt(at))) at += 1;
  const quote = source.charAt(at);
  return quote === '"' || quote === "'"
    ? readQuoted(source, at, key, quote, find)
    : readUnquoted(source, at, key, find);
}

function readUnquoted(source: string, from: number, key: string, find: Lookup): Line {
  const end = source.indexOf('\n', from);
  const next = end < 0 ? source.length : end + 1;
  const [written = ''] = source.slice(from, end < 0 ? source.length : end).split(' #', 1);
  const value = interpolate(written.trimEnd(), find);
  return value.ok ? { key, value: value.text, next } : value;
}

function readQuoted(source: string, from: number, key: string, quote: string, find: Lookup): Line {
  let out = '';
  for (let at = from + 1; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === '\\' && at + 1 < source.length) {
      at += 1;
      const escaped = source.charAt(at);
      out += escaped === quote ? quote : `\\${escaped}`;
    } else if (character === quote) {
      if (quote === "'") return { key, value: out, next: at + 1 };
      const value = interpolate(unescape(out), find);
      return value.ok ? { key, value: value.text, next: at + 1 } : value;
    } else out += character;
  }
  return { message: `the quoted value of ${key} is not closed` };
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  c: '\\c',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  $: '$$',
  '"': '"',
  '\\': '\\',
};

function unescape(text: string): string {
  return text.replace(/\\(?:([abcfnrtv$"\\])|0(\d{3}))/g, (all, letter: string | undefined, octal: string) =>
    letter === undefined ? octalText(all, octal) : (escapes[letter] ?? all),
  );
}

function octalText(all: string, digits: string): string {
  const code = /^[0-3][0-7]{2}$/.test(digits) ? Number.parseInt(digits, 8) : null;
  return code === null ? all : String.fromCodePoint(code);
}
