export type Interpolated = { ok: true; text: string } | { ok: false; message: string };

/** `$V`, `${V}`, `${V:-d}`, `${V-d}`, `${V:?e}`, `${V?e}`, `${V:+r}`, `${V+r}`, `$$`; defaults may nest. Linear in the length of the text. */
export function interpolate(text: string, environment: Readonly<Record<string, string>>): Interpolated {
  const result = scan(text, 0, environment, null);
  return 'message' in result ? { ok: false, message: result.message } : { ok: true, text: result.text };
}

type Scanned = { text: string; next: number } | { message: string };

/** Reads up to `end` (null = the whole text). */
function scan(
  text: string,
  from: number,
  environment: Readonly<Record<string, string>>,
  end: '}' | null,
): Scanned {
  let out = '';
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (end !== null && character === end) return { text: out, next: at + 1 };
    if (character !== '$') {
      out += character;
      at += 1;
      continue;
    }
    const found =
      text.charAt(at + 1) === '$' ? { text: '$', next: at + 2 } : readVariable(text, at + 1, environment);
    if ('message' in found) return found;
    out += found.text;
    at = found.next;
  }
  return end === null ? { text: out, next: at } : { message: 'a ${ is not closed by }' };
}

function readVariable(text: string, at: number, environment: Readonly<Record<string, string>>): Scanned {
  const isBraced = text.charAt(at) === '{';
  const start = isBraced ? at + 1 : at;
  const name = /^[A-Za-z_]\w*/.exec(text.slice(start, start + 256))?.[0];
  if (name === undefined) return { message: `a $ begins no variable here; write $$ for a plain dollar sign` };
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  const after = start + name.length;
  if (!isBraced) return { text: value ?? '', next: after };
  const operator = /^(:?[-?+])/.exec(text.slice(after, after + 2))?.[0];
  if (operator === undefined)
    return text.charAt(after) === '}'
      ? { text: value ?? '', next: after + 1 }
      : { message: `\${${name} is not closed by }` };
  const word = scan(text, after + operator.length, environment, '}');
  if ('message' in word) return word;
  const isSet = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('-')) return { text: isSet ? (value ?? '') : word.text, next: word.next };
  if (operator.endsWith('+')) return { text: isSet ? word.text : '', next: word.next };
  return isSet
    ? { text: value ?? '', next: word.next }
    : { message: `required variable ${name} is missing a value${word.text === '' ? '' : `: ${word.text}`}` };
}
