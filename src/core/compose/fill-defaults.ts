import {
  childrenOf,
  get,
  isNull,
  mapOf,
  scalar,
  textOf,
  type ComposeNode,
  type NodePath,
} from './compose-node.ts';
import type { Lookup } from './interpolate.ts';
import { withDefaults } from './make-canonical.ts';
import { isAddress } from './parse-port.ts';
import { pathTable, rewrite, rewriteChildren, type PathTable } from './path-pattern.ts';
import type { Report } from './report.ts';

type Rule = (node: ComposeNode, path: NodePath) => ComposeNode;

const add =
  (defaults: Readonly<Record<string, string | boolean>>): Rule =>
  (node) =>
    node.kind === 'map' ? withDefaults(node, defaults) : node;

const deviceRequest: Rule = (node) =>
  node.kind === 'map' && !node.entries.has('count') && !node.entries.has('device_ids')
    ? withDefaults(node, { count: 'all' })
    : node;

const defaults = pathTable<Rule>({
  'services.*.build': add({ context: '.' }),
  'services.*.secrets.*': (node) =>
    node.kind === 'map'
      ? withDefaults(node, { target: `/run/secrets/${textOf(get(node, 'source')) ?? ''}` })
      : node,
  'services.*.ports.*': add({ protocol: 'tcp', mode: 'ingress' }),
  'services.*.deploy.resources.reservations.devices.*': deviceRequest,
  'services.*.gpus.*': deviceRequest,
  'services.*.volumes.*.bind': (node) =>
    isNull(node) ? mapOf({ create_host_path: true }, node.at) : add({ create_host_path: true })(node, []),
});

/** What Compose assumes where a canonical file is silent. In place. */
export function fillDefaults(root: ComposeNode): ComposeNode {
  return rewrite(root, defaults);
}

/** Rules across keys that the schema cannot say. */
export function checkModel(root: ComposeNode, report: Report): void {
  const check = (rule: (node: ComposeNode, path: NodePath) => void): Rule => {
    return (node, path) => {
      rule(node, path);
      return node;
    };
  };
  const oneSource = (...keys: string[]): Rule =>
    check((node, path) => {
      const given = keys.filter((key) => get(node, key) !== undefined);
      const isFree = get(node, 'driver') !== undefined || get(node, 'external') !== undefined;
      if (given.length > 1) report(node.at, path, `only one of ${given.join(', ')} can be given`);
      else if (given.length === 0 && !isFree)
        report(node.at, path, `one of ${keys.join(', ')} must be given`);
    });
  const device = check((node, path) => {
    if (get(node, 'count') !== undefined && get(node, 'device_ids') !== undefined)
      report(node.at, path, 'count and device_ids exclude each other');
  });
  const rules: PathTable<Rule> = pathTable<Rule>({
    'volumes.*': check((node, path) => checkExternal(node, path, report)),
    'configs.*': oneSource('file', 'environment', 'content'),
    'secrets.*': oneSource('file', 'environment'),
    'services.*.ports.*': check((node, path) => {
      if (node.kind === 'map' && !node.entries.has('target'))
        report(node.at, path, 'target is missing', 'Name the port in the container: target: 80.');
      const address = textOf(get(node, 'host_ip'));
      if (address !== undefined && !isAddress(address))
        report(
          get(node, 'host_ip')?.at ?? node.at,
          path,
          `${JSON.stringify(address.slice(0, 60))} is no IP address`,
        );
    }),
    'services.*.develop.watch.*': (node, path) => rewriteChildren(node, rules, path),
    'services.*.develop.watch.*.path': check((node, path) => {
      if (textOf(node) === '') report(node.at, path, 'the path cannot be empty');
    }),
    'services.*.deploy.resources.reservations.devices.*': device,
    'services.*.gpus.*': device,
  });
  rewrite(root, rules);
}

function checkExternal(node: ComposeNode, path: NodePath, report: Report): void {
  const external = get(node, 'external');
  if (node.kind !== 'map' || external?.kind !== 'scalar' || external.value !== true) return;
  for (const [key, child] of node.entries)
    if (key !== 'name' && key !== 'external' && !key.startsWith('x-'))
      report(child.at, [...path, key], 'an external volume takes no settings but its name');
}

/** Lists of variables get their values, and configs theirs from the environment. Secrets are never read into the model. In place. */
export function resolveEnvironment(root: ComposeNode, lookup: Lookup): void {
  for (const [, service] of childrenOf(get(root, 'services') ?? root)) {
    const environment = get(service, 'environment');
    if (environment?.kind !== 'list') continue;
    environment.items = environment.items.map((item) => {
      const name = textOf(item);
      const value = name === undefined ? undefined : lookup(name);
      return value === undefined ? item : scalar(`${name}=${value}`, item.at);
    });
  }
  for (const [, config] of childrenOf(get(root, 'configs') ?? root)) {
    const name = textOf(get(config, 'environment'));
    const value = name === undefined ? undefined : lookup(name);
    if (config.kind === 'map' && value !== undefined) config.entries.set('content', scalar(value, config.at));
  }
}
