/** A piece of Rego; comments and white space are no pieces. `line` and `column` count from 1. */
export type RegoToken = {
  kind: 'name' | 'text' | 'sign';
  text: string;
  /** Offsets in the source. */
  start: number;
  end: number;
  line: number;
  column: number;
};

const piece =
  /(?<skipped>\s+|#[^\n]*)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<sign>\$["`]|[^])/y;

/** Splits a source; what is malformed comes out as signs, and is a matter of the policy engine's own parser. Pure. */
export function readRegoTokens(source: string): RegoToken[] {
  const tokens: RegoToken[] = [];
  const matcher = new RegExp(piece);
  let line = 1;
  let lineStart = 0;
  while (matcher.lastIndex < source.length) {
    const start = matcher.lastIndex;
    const groups = matcher.exec(source)?.groups;
    if (groups === undefined) break;
    const end = matcher.lastIndex;
    const text = source.slice(start, end);
    const kind = groups['name'] !== undefined ? 'name' : groups['text'] !== undefined ? 'text' : 'sign';
    if (groups['skipped'] === undefined)
      tokens.push({ kind, text, start, end, line, column: start - lineStart + 1 });
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      line += 1;
      lineStart = start + at + 1;
    }
  }
  return tokens;
}
