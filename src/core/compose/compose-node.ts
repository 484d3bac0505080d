import type { Position } from './positions.ts';

export type ScalarValue = string | number | boolean | null;
/** `keyAt`: where its key stands, for values of a mapping as they were written. */
type Place = { at: Position; keyAt?: Position };
export type MapNode = Place & { kind: 'map'; entries: Map<string, ComposeNode> };
export type ListNode = Place & { kind: 'list'; items: ComposeNode[] };
/** `isFloat`: written with a point or an exponent, so that 1.0 is no whole number. */
export type ScalarNode = Place & { kind: 'scalar'; value: ScalarValue; isFloat?: true };
/** A value of a compose file with the place it was written at; the place survives merging and all rewriting. */
export type ComposeNode = MapNode | ListNode | ScalarNode;

/** Keys and list indices from the top. */
export type NodePath = readonly string[];

export function scalar(value: ScalarValue, at: Position): ScalarNode {
  return { kind: 'scalar', value, at };
}

export function list(items: ComposeNode[], at: Position): ListNode {
  return { kind: 'list', items, at };
}

export function map(entries: Iterable<readonly [string, ComposeNode]>, at: Position): MapNode {
  return { kind: 'map', entries: new Map(entries), at };
}

/** A map of scalars, all written at the same place. */
export function mapOf(values: Readonly<Record<string, ScalarValue>>, at: Position): MapNode {
  return map(
    Object.entries(values).map(([key, value]) => [key, scalar(value, at)] as const),
    at,
  );
}

export function get(node: ComposeNode | undefined, key: string): ComposeNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

export function textOf(node: ComposeNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

export function isNull(node: ComposeNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}

/** The children of a map by key, or of a list by index. */
export function childrenOf(node: ComposeNode): (readonly [string, ComposeNode])[] {
  if (node.kind === 'map') return [...node.entries];
  if (node.kind === 'list') return node.items.map((item, index) => [String(index), item] as const);
  return [];
}

/** The node at a path, or the last one that exists on the way. */
export function nearestNode(root: ComposeNode, path: NodePath): ComposeNode {
  let found = root;
  for (const key of path) {
    const next: ComposeNode | undefined =
      found.kind === 'map'
        ? found.entries.get(key)
        : found.kind === 'list'
          ? found.items[Number(key)]
          : undefined;
    if (next === undefined) return found;
    found = next;
  }
  return found;
}

/** As plain data; of each list at most the first `longest` entries. */
export function toPlain(node: ComposeNode, longest = Infinity): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.slice(0, longest).map((item) => toPlain(item, longest));
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, toPlain(child, longest)]));
}

export function copy(node: ComposeNode): ComposeNode {
  if (node.kind === 'scalar') return { ...node };
  if (node.kind === 'list') return { ...node, items: node.items.map(copy) };
  return { ...node, entries: new Map([...node.entries].map(([key, child]) => [key, copy(child)])) };
}

/** Equal values, whatever their places. */
export function isSame(a: ComposeNode, b: ComposeNode): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.value === b.value;
  if (a.kind === 'list')
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => {
        const other = b.items[index];
        return other !== undefined && isSame(item, other);
      })
    );
  return (
    b.kind === 'map' &&
    a.entries.size === b.entries.size &&
    [...a.entries].every(([key, child]) => {
      const other = b.entries.get(key);
      return other !== undefined && isSame(child, other);
    })
  );
}
