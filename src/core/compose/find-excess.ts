import { Lexer } from 'yaml';

/**
 * Far above what a real file needs. A parser's time grows with the words and marks of a file, not with its size; its
 * stack grows with the depth; and each fault costs it an error object, many times the price of a value.
 */
const limits = {
  characters: 1_000_000,
  lexemes: 60_000,
  documents: 50,
  faults: 50,
  depth: 100,
  indent: 250,
  dashes: 50,
} as const;

export type Excess = { line: number; message: string; fix?: string };

/** Looks a file over before it is parsed: what in it is beyond all measure; null when nothing is. Linear, and stops early. */
export function findExcess(text: string): Excess | null {
  if (text.length > limits.characters)
    return {
      line: 1,
      message: `the file is larger than ${limits.characters} characters`,
      fix: 'Split it, and include the parts.',
    };
  const state: State = {
    line: 1,
    lexemes: 0,
    documents: 1,
    faults: 0,
    open: [],
    dashes: 0,
    before: '\n',
    isLineStart: true,
  };
  for (const lexeme of new Lexer().lex(text)) {
    count(lexeme, state);
    const excess = judge(lexeme, state);
    if (excess !== null) return excess;
    passLine(lexeme, state);
  }
  return null;
}

type State = {
  line: number;
  lexemes: number;
  documents: number;
  faults: number;
  /** Brackets that are open. */
  open: string[];
  /** `-` and `?` in this line. */
  dashes: number;
  /** How the lexeme before began; blanks do not count. */
  before: string;
  isLineStart: boolean;
};

const closings: Readonly<Record<string, string>> = { ']': '[', '}': '{' };

function count(lexeme: string, state: State): void {
  const [first = ''] = lexeme;
  state.lexemes += 1;
  if (lexeme === '---') state.documents += 1;
  if (lexeme === '-' || lexeme === '?') state.dashes += 1;
  if (lexeme === '[' || lexeme === '{') state.open.push(lexeme);
  const opening = closings[lexeme];
  if (opening !== undefined && state.open.pop() !== opening) state.faults += 1;
  if (first === '"') state.faults += wrongEscapes(lexeme);
  if (first === state.before && ['"', "'", '&', '!', '*', ','].includes(first)) state.faults += 1;
  if (first.trim() !== '' || lexeme.includes('\n')) state.before = first;
}

function wrongEscapes(quoted: string): number {
  let wrong = 0;
  for (const [, escaped = ''] of quoted.matchAll(/\\([\s\S])/g))
    if (!/[0abtnvfre "/\\N_LPxuU\s]/.test(escaped)) wrong += 1;
  return wrong;
}

function judge(lexeme: string, { line, ...state }: State): Excess | null {
  if (state.lexemes > limits.lexemes)
    return { line, message: 'the file holds too many values', fix: 'Split it, and include the parts.' };
  if (state.documents > limits.documents)
    return { line, message: `the file holds more than ${limits.documents} documents` };
  if (state.faults > limits.faults)
    return { line, message: 'brackets, quotes, escapes or anchors are wrong in too many places' };
  const indent = state.isLineStart && lexeme.trim() === '' ? lexeme.length : 0;
  const isDeep = state.open.length > limits.depth || state.dashes > limits.dashes || indent > limits.indent;
  return isDeep ? { line, message: `values lie more than ${limits.depth} levels deep` } : null;
}

function passLine(lexeme: string, state: State): void {
  state.isLineStart = lexeme.includes('\n');
  if (!state.isLineStart) return;
  state.dashes = 0;
  for (let at = lexeme.indexOf('\n'); at >= 0; at = lexeme.indexOf('\n', at + 1)) state.line += 1;
}
