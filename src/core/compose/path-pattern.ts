import type { ComposeNode, NodePath } from './compose-node.ts';

/** Finds the rule for a path. */
export type PathTable<T> = (path: NodePath) => T | undefined;

/** Rules by pattern: `services.*.ports`, where `*` stands for any key or index. */
export function pathTable<T>(rules: Readonly<Record<string, T>>): PathTable<T> {
  const table = Object.entries(rules).map(([pattern, rule]) => ({ pattern: pattern.split('.'), rule }));
  return (path) =>
    table.find(
      ({ pattern }) =>
        pattern.length === path.length &&
        pattern.every((part, index) => part === '*' || part === path[index]),
    )?.rule;
}

/** Rewrites a tree from the top: where a rule matches, its answer stands, and nothing below is looked at. */
export function rewrite(
  node: ComposeNode,
  rules: PathTable<(node: ComposeNode, path: NodePath) => ComposeNode>,
  path: NodePath = [],
): ComposeNode {
  const rule = rules(path);
  return rule === undefined ? rewriteChildren(node, rules, path) : rule(node, path);
}

export function rewriteChildren(
  node: ComposeNode,
  rules: PathTable<(node: ComposeNode, path: NodePath) => ComposeNode>,
  path: NodePath,
): ComposeNode {
  if (node.kind === 'map')
    for (const [key, child] of node.entries) node.entries.set(key, rewrite(child, rules, [...path, key]));
  if (node.kind === 'list')
    for (const [index, child] of node.items.entries())
      node.items[index] = rewrite(child, rules, [...path, String(index)]);
  return node;
}
