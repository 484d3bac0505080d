export type Interpolated =
  | { ok: true; text: string; missing: readonly string[] }
  | { ok: false; message: string };

/** The value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

const deepest = 50;
const tooDeep = `variables nest more than ${deepest} levels deep`;
/** Variables that hold each other may grow without end. */
const longest = 256 * 1024;
const namePattern = /[A-Za-z_]\w*/y;
const operators = [':?', ':-', ':+', '?', '-', '+'] as const;

/**
 * `$V`, `${V}`, `${V:-d}`, `${V-d}`, `${V:?e}`, `${V?e}`, `${V:+r}`, `${V+r}`, `$$`; what follows an operator may nest.
 * A `$` before anything else stands for itself, as in Compose. Braces inside `${…}` must pair up, so JSON may be a
 * default. `missing` names variables that are not set and have no default. Linear in the length of the text.
 */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  if (!text.includes('$')) return { ok: true, text, missing: [] };
  const missing: string[] = [];
  const result = substitute(text, { lookup, missing }, 0);
  return 'message' in result ? { ok: false, ...result } : { ok: true, text: result.text, missing };
}

type Context = { lookup: Lookup; missing: string[] };
type Result = { text: string } | { message: string };

function substitute(text: string, context: Context, depth: number): Result {
  if (depth > deepest) return { message: tooDeep };
  const closings = text.includes('${') ? pairBraces(text) : new Map<number, number>();
  if (closings === null) return { message: tooDeep };
  let out = '';
  let at = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    if (out.length > longest) return { message: `variables make a text of more than ${longest} characters` };
    out += text.slice(at, dollar);
    const next = text.charAt(dollar + 1);
    if (next === '$') {
      out += '$';
      at = dollar + 2;
    } else if (next === '{') {
      const end = closings.get(dollar + 1);
      const value =
        end === undefined
          ? { message: 'a ${ is not closed by }' }
          : readBraced(text.slice(dollar + 2, end), context, depth);
      if ('message' in value) return value;
      out += value.text;
      at = (end ?? dollar) + 1;
    } else {
      const name = nameAt(text, dollar + 1);
      out += name === '' ? '$' : valueOf(name, context);
      at = dollar + 1 + name.length;
    }
  }
  if (at > 0 && out.length > longest)
    return { message: `variables make a text of more than ${longest} characters` };
  return { text: out + text.slice(at) };
}

/** Opening → closing brace, for all braces of the text; null when they nest too deeply. */
function pairBraces(text: string): Map<number, number> | null {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    const start = brace === '{' ? open.push(index) && undefined : open.pop();
    if (start !== undefined) pairs.set(start, index);
    if (open.length > deepest * 4) return null;
  }
  return pairs;
}

function nameAt(text: string, at: number): string {
  namePattern.lastIndex = at;
  return namePattern.exec(text)?.[0] ?? '';
}

function valueOf(name: string, { lookup, missing }: Context): string {
  const value = lookup(name);
  if (value === undefined && !missing.includes(name)) missing.push(name);
  return value ?? '';
}

function readBraced(inner: string, context: Context, depth: number): Result {
  const name = nameAt(inner, 0);
  const rest = inner.slice(name.length);
  const operator = operators.find((each) => rest.startsWith(each));
  if (name === '' || (operator === undefined && rest !== '') || rest.includes('\n'))
    return { message: '${…} holds no variable here; write $$ for a plain dollar sign' };
  if (operator === undefined) return { text: valueOf(name, context) };
  const value = context.lookup(name);
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const usesWord = operator.endsWith('+') ? isSet : !isSet;
  if (!usesWord) return { text: operator.endsWith('+') ? (value ?? '') : (value ?? '') };
  const word = substitute(rest.slice(operator.length), context, depth + 1);
  if ('message' in word || !operator.endsWith('?')) return word;
  return {
    message: `required variable ${name} is missing a value${word.text === '' ? '' : `: ${word.text}`}`,
  };
}
