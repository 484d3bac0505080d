import type { z } from 'zod';
import { nearestNode, toPlain, type ComposeNode, type NodePath } from './compose-node.ts';
import type { Decoder } from './decode.ts';
import type { Report } from './report.ts';
import { xCraneSchema, type XCraneService } from './x-crane.ts';

/** Crane's own settings, checked strictly. */
export const xCrane: Decoder<XCraneService> = (node, path, report) => {
  if (node === undefined) return undefined;
  const parsed = xCraneSchema.safeParse(toPlain(node));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues.flatMap((each) => closest(each))) {
    const at: NodePath = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') reportKeys(node, at, path, issue.keys, report);
    else report(nearestNode(node, at).at, [...path, ...at], issue.message);
  }
  return undefined;
};

type Issue = z.core.$ZodIssue;

/** Of the forms that a value may have, the faults of the one that comes closest. */
function closest(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const depthOf = (faults: readonly Issue[]): number =>
    Math.max(...faults.map((fault) => fault.path.length + (fault.code === 'unrecognized_keys' ? 1 : 0)));
  const [best] = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a));
  if (best === undefined || depthOf(best) < 1) return [issue];
  return best.map((fault) => ({ ...fault, path: [...issue.path, ...fault.path] }));
}

function reportKeys(
  node: ComposeNode,
  at: NodePath,
  path: NodePath,
  keys: readonly string[],
  report: Report,
): void {
  for (const key of keys) {
    const unknown = nearestNode(node, [...at, key]);
    report(
      unknown.keyAt ?? unknown.at,
      [...path, ...at, key],
      'this key is not known here',
      'Remove it, or check its spelling.',
    );
  }
}
