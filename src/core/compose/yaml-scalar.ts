import type { ScalarNode, ScalarValue } from './compose-node.ts';

const words = new Map<string, ScalarValue>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const bases = { x: 16, o: 8, b: 2 } as const;

/**
 * What a plain YAML scalar means to Compose: YAML 1.2 words, and whole numbers also with `_`, `0x`, `0b`, `0o` and a
 * leading zero for octal (a `mode: 0440` is octal). `yes`, `no`, `on`, `off` are texts.
 */
export function resolvePlain(text: string): { value: ScalarValue; isFloat?: true } {
  const word = words.get(text);
  if (word !== undefined) return { value: word };
  if (!/^[-+.\d]/.test(text) || text.length > 64) return { value: text };
  if (/^-0(?:\.0)?$/.test(text)) return { value: -0, isFloat: true };
  if (/^\d{4}-\d{1,2}-\d{1,2}$/.test(text)) return { value: dateText(text) ?? text };
  const plain = text.replaceAll('_', '');
  const whole = /^([-+]?)(?:0([xobXOB])([\da-fA-F]+)|(\d+))$/.exec(plain);
  if (whole !== null) {
    const value = readWhole(whole[2]?.toLowerCase(), whole[3] ?? whole[4] ?? '');
    if (value !== null && !Number.isSafeInteger(value)) return { value: plain };
    if (value !== null) return { value: whole[1] === '-' ? -value || 0 : value };
  }
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(plain))
    return { value: Number(plain), isFloat: true };
  return { value: text };
}

/** Compose reads a plain date as a moment, and writes it so; quotes keep it as it is. */
function dateText(text: string): string | undefined {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? `${date.toISOString().slice(0, 10)} 00:00:00 +0000 UTC` : undefined;
}

function readWhole(mark: string | undefined, digits: string): number | null {
  const base = mark === 'x' || mark === 'o' || mark === 'b' ? bases[mark] : /^0\d/.test(digits) ? 8 : 10;
  const allowed = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^\d+$/, 16: /^[\da-f]+$/i }[base];
  return allowed.test(digits) ? Number.parseInt(digits, base) : null;
}

/** A scalar inside a text, as Compose writes it: floats with an exponent below 1e-4 and from 1e6 on. */
export function scalarText({ value, isFloat }: ScalarNode): string {
  if (value === null) return '<nil>';
  if (typeof value !== 'number') return String(value);
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  const isPlain = size === 0 || (isFloat === true ? size >= 1e-4 && size < 1e6 : true);
  return isPlain ? String(value) : value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
}

/** The shortest number that is the same in 32 bits: Compose keeps some shares and ratios so. */
export function shortFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}
