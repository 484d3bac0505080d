import { isScalar, isSeq, visit, type Document } from 'yaml';
import { interpolate } from './interpolate.ts';

/** Replaces variables in every value (not in keys), in place; problems are reported with their path. */
export function interpolateDocument(
  document: Document,
  environment: Readonly<Record<string, string>>,
  report: (path: PropertyKey[], message: string) => void,
): void {
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const result = interpolate(node.value, environment);
      if (result.ok) node.value = result.text;
      else report(pathOf(ancestors), result.message);
    },
  });
}

function pathOf(ancestors: readonly unknown[]): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (const [index, node] of ancestors.entries()) {
    const next = ancestors[index + 1];
    if (isSeq(node)) path.push(node.items.indexOf(next));
    if (typeof node === 'object' && node !== null && 'key' in node && isScalar(node.key))
      path.push(String(node.key.value));
  }
  return path;
}
