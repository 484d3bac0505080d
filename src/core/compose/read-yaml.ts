import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { list, map, type ComposeNode, type MapNode, type NodePath } from './compose-node.ts';
import { findExcess } from './find-excess.ts';
import type { Position } from './positions.ts';
import type { Report } from './report.ts';
import { resolvePlain } from './yaml-scalar.ts';

/** One YAML document, and the paths that it takes away from what came before it (`!reset`, `!override`). */
export type YamlDocument = { root: ComposeNode; resets: NodePath[] };

/** What a file that passed the first look may still grow to; far above what a real one needs. */
const limits = { depth: 100, nodes: 15_000, list: 2_000, scalar: 256 * 1024 } as const;

/** YAML 1.2, 5.1: all but these may stand in a file as they are. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const oddCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Reads the documents of a file; what is wrong is reported with its place. Never throws. */
export function readYaml(file: string, text: string, report: Report): YamlDocument[] {
  const top = { file, line: 1, column: 1 };
  const excess = findExcess(text);
  if (excess !== null) {
    report({ file, line: excess.line, column: 1 }, [], excess.message, excess.fix);
    return [];
  }
  const odd = oddCharacter.exec(text);
  if (odd !== null) {
    const code = odd[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const line = text.slice(0, odd.index).split('\n').length;
    report(
      { file, line, column: 1 },
      [],
      `the control character U+${code} is not allowed in YAML`,
      'Remove it.',
    );
    return [];
  }
  try {
    return readDocuments(file, text.replace(/^\uFEFF/, ''), report);
  } catch (error) {
    // The parser recurses; what still comes too deep ends here.
    if (!(error instanceof RangeError)) throw error;
    report(top, [], `values lie more than ${limits.depth} levels deep`);
    return [];
  }
}

function readDocuments(file: string, text: string, report: Report): YamlDocument[] {
  const lines = new LineCounter();
  // Keys are compared one by one there, in quadratic time; `convertMap` does it better.
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    lineCounter: lines,
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: false,
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    for (const { pos, message } of document.errors.slice(0, 50)) {
      const { line, col } = lines.linePos(pos[0]);
      report({ file, line: Math.max(1, line), column: Math.max(1, col) }, [], message);
    }
    if (document.errors.length > 0 || document.contents === null) return [];
    return convertDocument(file, document, lines, report);
  });
}

type Target = Scalar | YAMLMap | YAMLSeq;
type Conversion = {
  targets: ReadonlyMap<Alias, Target | undefined>;
  /** Nodes that are being read; an alias to one of them is a cycle. */
  open: Set<unknown>;
  resets: NodePath[];
  nodes: number;
  /** Set once: the file is refused, and nothing more of it is read. */
  isRefused: boolean;
  place: (node: { range?: unknown }) => Position;
  report: Report;
};

function convertDocument(
  file: string,
  document: Document.Parsed,
  lines: LineCounter,
  report: Report,
): YamlDocument[] {
  const place = (node: { range?: unknown }): Position => {
    const { line, col } = lines.linePos(Array.isArray(node.range) ? Number(node.range[0]) : 0);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const resets: NodePath[] = [];
  const state: Conversion = {
    targets: findTargets(document),
    open: new Set(),
    resets,
    nodes: 0,
    isRefused: false,
    place,
    report,
  };
  const root = convert(document.contents, [], state);
  // What was read of a refused file would only mislead.
  return state.isRefused ? [] : [{ root: root ?? map([], { file, line: 1, column: 1 }), resets }];
}

/** Each alias with the node that carries its anchor: the last one before it. */
function findTargets(document: Document.Parsed): Map<Alias, Target | undefined> {
  const anchors = new Map<string, Target>();
  const targets = new Map<Alias, Target | undefined>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** Undefined for what `!reset` takes out. */
function convert(node: unknown, path: NodePath, state: Conversion): ComposeNode | undefined {
  if (!isNode(node)) return { kind: 'scalar', value: null, at: state.place({}) };
  const at = state.place(node);
  state.nodes += 1;
  if (state.isRefused) return { kind: 'scalar', value: null, at };
  if (state.nodes > limits.nodes)
    return refuse(at, [], `the file has more than ${limits.nodes} values, aliases counted each time`, state);
  if (path.length > limits.depth)
    return refuse(at, path.slice(0, 4), `values lie more than ${limits.depth} levels deep`, state);
  if (isAlias(node)) return convertAlias(node, path, state);
  if (node.tag === '!reset' || node.tag === '!override') state.resets.push(path);
  if (node.tag === '!reset') return undefined;
  if (isScalar(node)) return convertScalar(node, at, path, state);
  state.open.add(node);
  const result = isMap(node) ? convertMap(node, at, path, state) : convertList(node, at, path, state);
  state.open.delete(node);
  return result;
}

function refuse(at: Position, path: NodePath, message: string, state: Conversion): ComposeNode {
  if (!state.isRefused) state.report(at, path, message);
  state.isRefused = true;
  return { kind: 'scalar', value: null, at };
}

function convertAlias(alias: Alias, path: NodePath, state: Conversion): ComposeNode | undefined {
  const target = state.targets.get(alias);
  const at = state.place(alias);
  if (target === undefined) return refuse(at, path, `there is no anchor &${alias.source} before this`, state);
  if (state.open.has(target)) return refuse(at, path, `*${alias.source} contains itself`, state);
  return convert(target, path, state);
}

function convertScalar(node: Scalar, at: Position, path: NodePath, state: Conversion): ComposeNode {
  const text = typeof node.value === 'string' ? node.value : '';
  if (text.length > limits.scalar)
    return refuse(at, path, `a text is longer than ${limits.scalar} characters`, state);
  const isPlain =
    node.tag === undefined || node.tag === '!override' ? node.type === 'PLAIN' : isResolved(node.tag);
  if (isPlain && /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(text))
    state.report(at, path, `${text} is no finite number`, 'Quote it, if a text is meant.');
  return isPlain ? { kind: 'scalar', at, ...resolvePlain(text) } : { kind: 'scalar', value: text, at };
}

/** `!!int "3"` is a number; any other tag leaves a text. */
function isResolved(tag: string): boolean {
  return /^tag:yaml\.org,2002:(?:int|float|bool|null)$/.test(tag);
}

function convertList(node: YAMLSeq | YAMLMap, at: Position, path: NodePath, state: Conversion): ComposeNode {
  if (node.items.length > limits.list)
    return refuse(at, path, `a list holds more than ${limits.list} entries`, state);
  const items = state.isRefused
    ? []
    : node.items.map((item, index) => convert(item, [...path, String(index)], state));
  return list(
    items.filter((item) => item !== undefined),
    at,
  );
}

/** Own keys win over merged ones (`<<`); of several merged maps the first wins. */
function convertMap(node: YAMLMap, at: Position, path: NodePath, state: Conversion): ComposeNode {
  const result = map([], at);
  const merged: ComposeNode[] = [];
  const seen = new Map<string, Position>();
  for (const { key, value } of node.items) {
    if (state.isRefused) break;
    const name = isScalar(key) ? String(key.value) : null;
    if (name === null || (isScalar(key) && !isTextKey(key))) {
      refuse(isNode(key) ? state.place(key) : at, path, 'a key must be a text', state);
      break;
    }
    const place = isNode(key) ? state.place(key) : at;
    const first = seen.get(name);
    if (first !== undefined)
      state.report(
        place,
        [...path, name],
        `this key is there twice, first on line ${first.line}`,
        'Keep one.',
      );
    seen.set(name, place);
    const isMerge = name === '<<' && isScalar(key) && key.type === 'PLAIN';
    const child = convert(value, isMerge ? path : [...path, name], state);
    if (child === undefined) continue;
    if (isMerge) merged.push(...(child.kind === 'list' ? child.items : [child]));
    else result.entries.set(name, { ...child, keyAt: place });
  }
  for (const from of merged) mergeInto(result, from, path, state);
  return result;
}

function isTextKey(key: Scalar): boolean {
  return (
    key.type !== 'PLAIN' || key.value === '<<' || typeof resolvePlain(String(key.value)).value === 'string'
  );
}

function mergeInto(target: MapNode, from: ComposeNode, path: NodePath, state: Conversion): void {
  if (from.kind !== 'map') {
    refuse(from.at, path, '<< takes a map or a list of maps', state);
    return;
  }
  for (const [key, child] of from.entries) if (!target.entries.has(key)) target.entries.set(key, child);
}
