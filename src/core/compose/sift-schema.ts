import { mapOf, nearestNode, scalar, type ComposeNode, type NodePath } from './compose-node.ts';
import type { LoadState } from './load-state.ts';
import { schemaFaults, type Fault } from './validate-schema.ts';

/** Each round finds what a worse fault beside it hid; far above what a real file needs. */
const mostRounds = 6;
const mostFaults = 60;

/**
 * Tells what of a merged file breaks the schema, and takes it out, so that the values of the rest can be read and their
 * problems told in the same answer. In place; false when too little is left to read on.
 */
export function siftSchema(root: ComposeNode, state: LoadState): boolean {
  const gone = new Set<string>();
  for (let round = 0; round < mostRounds; round += 1) {
    const faults = schemaFaults(root);
    if (faults.length === 0) return true;
    for (const fault of faults) if (!follows(fault, gone)) tell(root, fault, state);
    const cuts = faults.map(({ extra, path, isKey = false }) => ({ path: extra ?? path, isKey }));
    if (faults.length > mostFaults || cuts.some(({ path }) => path.length === 0)) return false;
    // The last entries of a list first: the others keep their index.
    for (const { path, isKey } of cuts.toSorted(byIndexDown)) cut(root, path, isKey, state);
    for (const { path } of cuts) gone.add(path.join('\n'));
  }
  return false;
}

/** What is missing only because it was taken out. */
function follows({ path, missing }: Fault, gone: ReadonlySet<string>): boolean {
  return missing !== undefined && gone.has([...path, missing].join('\n'));
}

function tell(root: ComposeNode, fault: Fault, { report }: LoadState): void {
  const node = nearestNode(root, fault.path);
  report(fault.isKey === true ? (node.keyAt ?? node.at) : node.at, fault.path, fault.message, fault.fix);
}

function byIndexDown(a: { path: NodePath }, b: { path: NodePath }): number {
  return Number(b.path.at(-1)) - Number(a.path.at(-1)) || 0;
}

/** A thing that others refer to leaves an empty one of its name, so that nobody is told it is not there. */
const leftovers: Readonly<Record<string, (at: ComposeNode['at']) => ComposeNode>> = {
  services: (at) => mapOf({ image: 'none' }, at),
  networks: (at) => scalar(null, at),
  volumes: (at) => scalar(null, at),
  secrets: (at) => mapOf({ external: true }, at),
  configs: (at) => mapOf({ external: true }, at),
};

function cut(root: ComposeNode, path: NodePath, isKey: boolean, state: LoadState): void {
  const [section = ''] = path;
  const parent = nearestNode(root, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  const node = nearestNode(parent, [key]);
  const leave = path.length === 2 && !isKey ? leftovers[section] : undefined;
  if (path.length === 1 && Object.hasOwn(leftovers, section)) state.isPartial = true;
  if (parent.kind === 'list' && node !== parent) parent.items.splice(Number(key), 1);
  if (parent.kind !== 'map') return;
  if (leave !== undefined && node !== parent) parent.entries.set(key, leave(node.at));
  else parent.entries.delete(key);
}
