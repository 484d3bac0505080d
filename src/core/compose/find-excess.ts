import { Lexer } from 'yaml';

/**
 * Far above what a real file needs. A parser's time grows with the words and marks of a file, not with its size; its
 * stack grows with the depth.
 */
const limits = { characters: 1_000_000, lexemes: 80_000, flowDepth: 100, indent: 250, dashes: 50 } as const;

export type Excess = { line: number; message: string; fix?: string };

/** Looks a file over before it is parsed: what in it is beyond all measure; null when nothing is. Linear, and stops early. */
export function findExcess(text: string): Excess | null {
  if (text.length > limits.characters)
    return {
      line: 1,
      message: `the file is larger than ${limits.characters} characters`,
      fix: 'Split it, and include the parts.',
    };
  const state = { line: 1, lexemes: 0, depth: 0, dashes: 0, isLineStart: true };
  for (const lexeme of new Lexer().lex(text)) {
    const excess = look(lexeme, state);
    if (excess !== null) return excess;
  }
  return null;
}

type State = { line: number; lexemes: number; depth: number; dashes: number; isLineStart: boolean };

const tooDeep = `values lie more than ${limits.flowDepth} levels deep`;

function look(lexeme: string, state: State): Excess | null {
  const { line } = state;
  state.lexemes += 1;
  if (state.lexemes > limits.lexemes)
    return { line, message: 'the file holds too many values', fix: 'Split it, and include the parts.' };
  if (state.isLineStart && lexeme.length > limits.indent && lexeme.trim() === '')
    return { line, message: tooDeep };
  if (lexeme === '[' || lexeme === '{') state.depth += 1;
  if (lexeme === ']' || lexeme === '}') state.depth = Math.max(0, state.depth - 1);
  if (lexeme === '-' || lexeme === '?') state.dashes += 1;
  if (state.depth > limits.flowDepth || state.dashes > limits.dashes) return { line, message: tooDeep };
  const breaks = lexeme.includes('\n');
  state.isLineStart = breaks;
  if (!breaks) return null;
  state.dashes = 0;
  for (let at = lexeme.indexOf('\n'); at >= 0; at = lexeme.indexOf('\n', at + 1)) state.line += 1;
  return null;
}
