import {
  get,
  isNull,
  isSame,
  list,
  map,
  mapOf,
  scalar,
  textOf,
  type ComposeNode,
  type ListNode,
  type MapNode,
  type NodePath,
  type ScalarValue,
} from './compose-node.ts';
import { pathTable } from './path-pattern.ts';
import type { Report } from './report.ts';
import { scalarText } from './yaml-scalar.ts';

type Merger = (base: ComposeNode, other: ComposeNode, path: NodePath, report: Report) => ComposeNode;

const replace: Merger = (_base, other) => other;

/** The places where the Compose Specification says how two files come together; elsewhere maps merge and lists append. */
const mergers = pathTable<Merger>({
  'networks.*.ipam.config': mergePools,
  'networks.*.labels': mergeLists,
  'volumes.*.labels': mergeLists,
  'services.*.annotations': mergeLists,
  'services.*.build': mergeBuild,
  'services.*.build.args': mergeLists,
  'services.*.build.additional_contexts': mergeLists,
  'services.*.build.extra_hosts': mergeLists,
  'services.*.build.labels': mergeLists,
  'services.*.command': replace,
  'services.*.depends_on': (base, other, path, report) =>
    mergeNamed(base, other, path, report, { condition: 'service_started', required: true }),
  'services.*.deploy.labels': mergeLists,
  'services.*.dns': mergeLists,
  'services.*.dns_opt': mergeLists,
  'services.*.dns_search': mergeLists,
  'services.*.entrypoint': replace,
  'services.*.env_file': mergeLists,
  'services.*.label_file': mergeLists,
  'services.*.environment': mergeLists,
  'services.*.extra_hosts': mergeLists,
  'services.*.healthcheck.test': replace,
  'services.*.labels': mergeLists,
  'services.*.logging': mergeLogging,
  'services.*.models': mergeNamed,
  'services.*.networks': mergeNamed,
  'services.*.sysctls': mergeLists,
  'services.*.tmpfs': mergeLists,
  'services.*.ulimits.*': (base, other, path, report) =>
    base.kind === 'map' && other.kind === 'map' ? mergeMaps(base, other, path, report) : other,
});

/** `other` over `base`, by the specification's rules. Neither is changed. */
export function mergeNodes(
  base: ComposeNode,
  other: ComposeNode,
  path: NodePath,
  report: Report,
): ComposeNode {
  const special = mergers(path);
  if (special !== undefined) return special(base, other, path, report);
  if (isNull(other)) return base;
  if (base.kind === 'map' && other.kind === 'map') return mergeMaps(base, other, path, report);
  if (base.kind === 'list' && other.kind === 'list') return append(base, other);
  if (base.kind !== 'scalar')
    report(other.at, path, `cannot be merged over a ${base.kind === 'map' ? 'mapping' : 'list'}`);
  return other;
}

function mergeMaps(base: MapNode, other: MapNode, path: NodePath, report: Report): MapNode {
  const merged = map(base.entries, base.at);
  for (const [key, value] of other.entries) {
    const known = merged.entries.get(key);
    merged.entries.set(key, known === undefined ? value : mergeNodes(known, value, [...path, key], report));
  }
  return merged;
}

/** Entries that are already there, word for word, are not repeated. */
function append(base: ListNode, other: ListNode): ListNode {
  const items = [...base.items];
  for (const item of other.items) if (!items.some((known) => isSame(known, item))) items.push(item);
  return list(items, base.at);
}

function mergeLists(base: ComposeNode, other: ComposeNode): ComposeNode {
  return append(asList(base), asList(other));
}

/** `{ A: 1 }` as `[A=1]`, a text as a list of one. */
function asList(node: ComposeNode): ListNode {
  if (node.kind === 'list') return node;
  if (node.kind === 'scalar') return list(textOf(node) === undefined ? [] : [node], node.at);
  const items = [...node.entries].flatMap(([key, value]) => {
    if (isNull(value)) return [scalar(key, value.at)];
    const values = value.kind === 'list' ? value.items : [value];
    return values.map((each) => scalar(`${key}=${each.kind === 'scalar' ? scalarText(each) : ''}`, each.at));
  });
  return list(
    items.toSorted((a, b) => (String(a.value) < String(b.value) ? -1 : 1)),
    node.at,
  );
}

function asMap(
  node: ComposeNode,
  path: NodePath,
  report: Report,
  defaults?: Readonly<Record<string, ScalarValue>>,
): MapNode {
  if (node.kind === 'map') return node;
  const names = node.kind === 'list' ? node.items : [node];
  return map(
    names.flatMap((name) => {
      const text = textOf(name);
      if (text === undefined) {
        report(name.at, path, 'must be a name');
        return [];
      }
      return [[text, defaults === undefined ? scalar(null, name.at) : mapOf(defaults, name.at)] as const];
    }),
    node.at,
  );
}

function mergeNamed(
  base: ComposeNode,
  other: ComposeNode,
  path: NodePath,
  report: Report,
  defaults?: Readonly<Record<string, ScalarValue>>,
): ComposeNode {
  return mergeMaps(asMap(base, path, report, defaults), asMap(other, path, report, defaults), path, report);
}

function mergeBuild(base: ComposeNode, other: ComposeNode, path: NodePath, report: Report): ComposeNode {
  const long = (node: ComposeNode): MapNode =>
    node.kind === 'map' ? node : map(textOf(node) === undefined ? [] : [['context', node] as const], node.at);
  return mergeMaps(long(base), long(other), path, report);
}

/** Options come together only when both name the same driver, or one names none. */
function mergeLogging(base: ComposeNode, other: ComposeNode, path: NodePath, report: Report): ComposeNode {
  if (base.kind !== 'map' || other.kind !== 'map') {
    report(other.at, path, 'must be a mapping');
    return base;
  }
  const before = get(base, 'driver');
  const after = get(other, 'driver');
  const isOther = before !== undefined && after !== undefined && !isSame(before, after);
  return isOther ? other : mergeMaps(base, other, path, report);
}

/** Address pools come together by subnet. */
function mergePools(base: ComposeNode, other: ComposeNode, path: NodePath, report: Report): ComposeNode {
  if (base.kind !== 'list' || other.kind !== 'list') {
    report(other.at, path, 'must be a list');
    return base;
  }
  const pools: MapNode[] = [];
  const subnet = (pool: MapNode): string | undefined => textOf(pool.entries.get('subnet'));
  for (const original of base.items.map((item) => asMap(item, path, report))) {
    // What comes from the other file gathers in the original pool, and each step is compared with the result so far.
    const gathered = map(original.entries, original.at);
    for (const added of other.items.map((item) => asMap(item, path, report))) {
      const isKnown = pools.some((pool) => subnet(pool) === subnet(added));
      if (subnet(added) !== subnet(gathered) && !isKnown) {
        pools.push(added);
        continue;
      }
      gathered.entries = mergeMaps(gathered, added, path, report).entries;
      const same = pools.findIndex((pool) => subnet(pool) === subnet(gathered));
      if (same < 0) pools.push(gathered);
      else pools[same] = gathered;
    }
  }
  return list(pools, base.at);
}
