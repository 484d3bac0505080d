import { z } from 'zod';

/** Words that name no series: operators, modifiers and constants of the language. */
const keywords = new Set(
  'and or unless by without on ignoring group_left group_right bool offset start end inf nan atan2'.split(
    ' ',
  ),
);
/** Their parentheses hold names of labels, not series. */
const labelLists = new Set('by without on ignoring group_left group_right'.split(' '));

const token =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*|\[[^\]]*\]|[a-zA-Z_:][\w:.]*|\d[\w.]*|\s+|./gsu;

/**
 * The expression with the matcher in every selector, whatever else the selector says. It only writes; `hasMatcher` on
 * what the parser made of the result is the proof.
 */
export function forceMatcher(expr: string, matcher: string): string {
  const tokens = expr.match(token) ?? [];
  const out: string[] = [];
  const next = (index: number): string => tokens.slice(index + 1).find((text) => /\S/.test(text)) ?? '';
  /** Depth of a label list's parentheses, and of braces. */
  let [listDepth, braces] = [0, 0];
  let isList = false;
  for (const [index, text] of tokens.entries()) {
    const word = text.toLowerCase();
    if (text.startsWith('#')) continue;
    if (isList && text === '(') [listDepth, isList] = [1, false];
    else if (listDepth > 0 && text === ')') listDepth = 0;
    else if (braces === 0 && labelLists.has(word)) isList = next(index) === '(';
    out.push(text);
    if (text === '{') {
      braces += 1;
      out.push(next(index) === '}' ? matcher : `${matcher},`);
    } else if (text === '}') braces = Math.max(0, braces - 1);
    else if (braces === 0 && listDepth === 0 && isSeries(text, word, next(index))) out.push(`{${matcher}}`);
  }
  return out.join('');
}

function isSeries(text: string, word: string, next: string): boolean {
  return (
    /^[a-zA-Z_:]/.test(text) &&
    !keywords.has(word) &&
    next !== '(' &&
    next !== '{' &&
    !isAggregation(word, next)
  );
}

/** `sum by (x) (…)`: the name of an aggregation may be followed by its labels. */
function isAggregation(word: string, next: string): boolean {
  return (next === 'by' || next === 'without') && aggregations.has(word);
}
const aggregations = new Set(
  'sum min max avg group stddev stdvar count count_values bottomk topk quantile limitk limit_ratio'.split(
    ' ',
  ),
);

const matcherShape = z.object({ name: z.string(), type: z.string(), value: z.string() });

/** Whether every selector of a parsed expression, wherever it lies, has this equality. */
export function hasMatcher(tree: unknown, { name, value }: { name: string; value: string }): boolean {
  if (Array.isArray(tree)) return tree.every((item) => hasMatcher(item, { name, value }));
  if (typeof tree !== 'object' || tree === null) return true;
  const type = 'type' in tree ? tree.type : null;
  if (type === 'vectorSelector' || type === 'matrixSelector') {
    const matchers = z.array(matcherShape).safeParse('matchers' in tree ? tree.matchers : null);
    return (
      matchers.success &&
      matchers.data.some(
        (matcher) => matcher.name === name && matcher.type === '=' && matcher.value === value,
      )
    );
  }
  return Object.values(tree).every((item) => hasMatcher(item, { name, value }));
}

/** Whether there is a selector in it at all: a constant would fire for everybody, always. */
export function hasSelector(tree: unknown): boolean {
  if (Array.isArray(tree)) return tree.some(hasSelector);
  if (typeof tree !== 'object' || tree === null) return false;
  const type = 'type' in tree ? tree.type : null;
  return type === 'vectorSelector' || type === 'matrixSelector' || Object.values(tree).some(hasSelector);
}
