export type DiffLine = { kind: 'same' | 'gone' | 'new'; text: string };

/** Longest texts that are compared line by line; beyond, all of one goes and all of the other comes. */
const mostCells = 25_000_000;

/** Lines of two texts, in order: what is in both, only in the first, only in the second. Pure. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const as = (kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] =>
    lines.map((text) => ({ kind, text }));
  return [
    ...as('same', a.slice(0, head)),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...as('same', a.slice(a.length - tail)),
  ];
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const width = b.length + 1;
  if (a.length * width > mostCells)
    return [
      ...a.map((text): DiffLine => ({ kind: 'gone', text })),
      ...b.map((text): DiffLine => ({ kind: 'new', text })),
    ];
  // Length of the longest common part of what is left from here.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [gone, fresh] = [a[i], b[j]];
    if (gone !== undefined && gone === fresh) {
      lines.push({ kind: 'same', text: gone });
      i += 1;
      j += 1;
    } else if (fresh === undefined || (gone !== undefined && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'gone', text: gone ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'new', text: fresh });
      j += 1;
    }
  }
  return lines;
}

/** Only what differs, with this many lines around it; a gap is null. Pure. */
export function nearChanges(lines: readonly DiffLine[], around = 3): (DiffLine | null)[] {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'),
  );
  const shown: (DiffLine | null)[] = [];
  for (const [index, line] of lines.entries())
    if (isNear[index] === true) shown.push(line);
    else if (shown.length > 0 && shown.at(-1) !== null) shown.push(null);
  if (shown.at(-1) === null) shown.pop();
  return shown;
}
