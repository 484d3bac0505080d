import { childrenOf, type ComposeNode, type NodePath } from './compose-node.ts';

/** A tree without what `!reset` and `!override` take away: keys at these paths. Entries of lists stay. */
export function applyResets(node: ComposeNode, resets: readonly NodePath[]): ComposeNode {
  return resets.length === 0 ? node : without(node, new Set(resets.map((path) => path.join('\n'))), []);
}

function without(node: ComposeNode, resets: ReadonlySet<string>, path: NodePath): ComposeNode {
  if (node.kind !== 'map') return node;
  const kept = childrenOf(node)
    .map(([key, child]) => [key, child, [...path, key]] as const)
    .filter(([, , at]) => !resets.has(at.join('\n')))
    .map(([key, child, at]) => [key, without(child, resets, at)] as const);
  return { ...node, entries: new Map(kept) };
}
