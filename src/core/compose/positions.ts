import { isMap, isScalar, isSeq, type Document, type LineCounter } from 'yaml';

/** Where a value stands in its file; both numbers begin at 1. */
export type Position = { file: string; line: number; column: number };

/** Dotted path → place, for every value of the document. */
export function positionsOf(document: Document, lines: LineCounter, file: string): Map<string, Position> {
  const positions = new Map<string, Position>();
  const walk = (node: unknown, path: string): void => {
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const { line, col } = lines.linePos(Number(node.range[0]));
      if (!positions.has(path)) positions.set(path, { file, line, column: col });
    }
    if (isMap(node))
      for (const pair of node.items)
        walk(
          pair.value,
          `${path}${path === '' ? '' : '.'}${String(isScalar(pair.key) ? pair.key.value : pair.key)}`,
        );
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, `${path}.${index}`);
  };
  walk(document.contents, '');
  return positions;
}

/** The place of the longest known beginning of a path. */
export function nearest(
  positions: ReadonlyMap<string, Position>,
  path: readonly PropertyKey[],
): Position | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = positions.get(path.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}
