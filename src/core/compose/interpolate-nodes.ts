import type { ComposeNode, NodePath, ScalarNode, ScalarValue } from './compose-node.ts';
import { interpolate, type Lookup } from './interpolate.ts';
import { pathTable } from './path-pattern.ts';
import type { Report } from './report.ts';

type Cast = (text: string) => ScalarValue | undefined;

const toWhole: Cast = (text) => (/^[-+]?\d{1,15}$/.test(text) ? Number(text) : undefined);
const toNumber: Cast = (text) =>
  /^[-+]?(?:\.\d+|\d+\.?\d*)(?:e[-+]?\d+)?$/i.test(text) && text.length < 40 ? Number(text) : undefined;
const flags: Readonly<Record<string, boolean>> = {
  true: true,
  y: true,
  yes: true,
  on: true,
  false: false,
  n: false,
  no: false,
  off: false,
};
export const toFlag: Cast = (text) => flags[text.toLowerCase()];

/** Where a text, as variables give it, is a number or a flag. */
const casts = pathTable<{ cast: Cast; wanted: string }>(
  Object.fromEntries(
    Object.entries({
      'whole number': {
        cast: toWhole,
        at: [
          'services.*.cpu_count',
          'services.*.cpu_period',
          'services.*.cpu_quota',
          'services.*.cpu_rt_period',
          'services.*.cpu_rt_runtime',
          'services.*.cpu_shares',
          'services.*.deploy.replicas',
          'services.*.deploy.update_config.parallelism',
          'services.*.deploy.rollback_config.parallelism',
          'services.*.deploy.restart_policy.max_attempts',
          'services.*.deploy.placement.max_replicas_per_node',
          'services.*.healthcheck.retries',
          'services.*.oom_score_adj',
          'services.*.pids_limit',
          'services.*.ports.*.target',
          'services.*.scale',
          'services.*.ulimits.*',
          'services.*.ulimits.*.hard',
          'services.*.ulimits.*.soft',
        ],
      },
      number: {
        cast: toNumber,
        at: [
          'services.*.cpu_percent',
          'services.*.cpus',
          'services.*.deploy.update_config.max_failure_ratio',
          'services.*.deploy.rollback_config.max_failure_ratio',
        ],
      },
      'flag (true or false)': {
        cast: toFlag,
        at: [
          'services.*.init',
          'services.*.depends_on.*.required',
          'services.*.depends_on.*.restart',
          'services.*.healthcheck.disable',
          'services.*.oom_kill_disable',
          'services.*.privileged',
          'services.*.read_only',
          'services.*.stdin_open',
          'services.*.tty',
          'services.*.volumes.*.read_only',
          'services.*.volumes.*.volume.nocopy',
          'networks.*.external',
          'networks.*.internal',
          'networks.*.attachable',
          'networks.*.enable_ipv4',
          'networks.*.enable_ipv6',
          'volumes.*.external',
          'secrets.*.external',
          'configs.*.external',
        ],
      },
    }).flatMap(([wanted, { cast, at }]) => at.map((pattern) => [pattern, { cast, wanted }] as const)),
  ),
);

/** Replaces the variables in all values (not in keys). In place; what fails is reported and left as it was. */
export function interpolateNodes(
  node: ComposeNode,
  lookup: Lookup,
  { report, warn }: { report: Report; warn: Report },
  path: NodePath = [],
): ComposeNode {
  if (node.kind === 'map') {
    for (const [key, child] of node.entries)
      node.entries.set(key, interpolateNodes(child, lookup, { report, warn }, [...path, key]));
    return node;
  }
  if (node.kind === 'list') {
    node.items = node.items.map((item, index) =>
      interpolateNodes(item, lookup, { report, warn }, [...path, String(index)]),
    );
    return node;
  }
  return typeof node.value === 'string'
    ? interpolateScalar(node, node.value, lookup, { report, warn }, path)
    : node;
}

function interpolateScalar(
  node: ScalarNode,
  text: string,
  lookup: Lookup,
  { report, warn }: { report: Report; warn: Report },
  path: NodePath,
): ComposeNode {
  const result = interpolate(text, lookup);
  if (!result.ok) {
    report(node.at, path, result.message, 'Set the variable, or give it a default: ${NAME:-default}.');
    return node;
  }
  for (const name of result.missing)
    warn(
      node.at,
      path,
      `the variable ${name} is not set and is taken as empty`,
      `Set ${name}, or write \${${name}:-}.`,
    );
  const rule = casts(path);
  if (rule === undefined) return { ...node, value: result.text };
  const value = rule.cast(result.text);
  if (value === undefined)
    report(node.at, path, `must be a ${rule.wanted} (saw ${JSON.stringify(result.text.slice(0, 80))})`);
  return { ...node, value: value ?? result.text };
}
