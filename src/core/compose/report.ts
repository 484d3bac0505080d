import type { NodePath } from './compose-node.ts';
import type { Position } from './positions.ts';

export type ComposeProblem = {
  file: string;
  line: number;
  column: number;
  path: string;
  message: string;
  fix?: string;
};

/** Takes one problem: where, on what path, which rule it breaks, and what to do about it. */
export type Report = (at: Position, path: NodePath, message: string, fix?: string) => void;

/** `services.web.ports[0]`, as people write it. */
export function pathText(path: NodePath): string {
  const parts = path.map((part) => (part.length > 100 ? `${part.slice(0, 100)}…` : part));
  return parts.reduce(
    (text, part) =>
      /^\d+$/.test(part) && text !== '' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`,
    '',
  );
}

type Collector = {
  report: Report;
  problems: ComposeProblem[];
  /** A problem was told at this path or below it. */
  isTold: (path: NodePath) => boolean;
};

/** A report that collects; at most one problem per place, since what follows from the first helps nobody. */
export function collector(): Collector {
  const problems: ComposeProblem[] = [];
  const seen = new Set<string>();
  const paths: NodePath[] = [];
  const report: Report = (at, path, message, fix) => {
    const key = `${at.file}:${at.line}:${at.column}`;
    if (seen.has(key) || problems.length >= 100) return;
    seen.add(key);
    paths.push(path);
    problems.push({ ...at, path: pathText(path), message, ...(fix === undefined ? {} : { fix }) });
  };
  const isTold = (path: NodePath): boolean =>
    paths.some((told) => path.every((part, index) => told[index] === part));
  return { report, problems, isTold };
}

/** By file, those that were named first, then by place. */
export function sortProblems(
  problems: readonly ComposeProblem[],
  named: readonly { path: string }[],
): ComposeProblem[] {
  const files = [...new Set([...named.map(({ path }) => path), ...problems.map(({ file }) => file)])];
  return problems.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

/** The place of a value of the merged files, or of the nearest one around it. */
export function placeOf(path: NodePath, positions: ReadonlyMap<string, Position>): Position {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = positions.get(path.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return { file: 'compose.yaml', line: 1, column: 1 };
}
