import {
  childrenOf,
  get,
  list,
  map,
  mapOf,
  scalar,
  textOf,
  type ComposeNode,
  type MapNode,
  type ScalarValue,
} from './compose-node.ts';
import { cleanPath } from './file-path.ts';
import type { Lookup } from './interpolate.ts';

/** Writes out what a canonical file implies: the default network, names, dependencies, variables. In place. */
export function normalize(root: MapNode, project: string, lookup: Lookup): void {
  const services = get(root, 'services');
  let usesDefault = false;
  for (const [, service] of services === undefined ? [] : childrenOf(services)) {
    if (service.kind !== 'map') continue;
    usesDefault = joinDefault(service) || usesDefault;
    normalizeService(service, lookup);
  }
  const networks = get(root, 'networks');
  if (usesDefault && networks?.kind !== 'map')
    root.entries.set('networks', map([['default', scalar(null, root.at)]], root.at));
  else if (usesDefault && networks?.kind === 'map' && !networks.entries.has('default'))
    networks.entries.set('default', scalar(null, networks.at));
  for (const kind of ['networks', 'volumes', 'configs', 'secrets']) nameResources(get(root, kind), project);
}

/** Without networks of its own a service joins the default one. True when it uses it. */
function joinDefault(service: MapNode): boolean {
  if (service.entries.has('provider') || service.entries.has('network_mode')) return false;
  const networks = service.entries.get('networks');
  if (networks?.kind === 'map' && networks.entries.size > 0) return networks.entries.has('default');
  service.entries.set('networks', map([['default', scalar(null, service.at)]], service.at));
  return true;
}

function nameResources(resources: ComposeNode | undefined, project: string): void {
  if (resources?.kind !== 'map') return;
  for (const [key, resource] of resources.entries) {
    const named = resource.kind === 'map' ? resource : map([], resource.at);
    const isExternal = get(named, 'external');
    const name = isExternal?.kind === 'scalar' && isExternal.value === true ? key : `${project}_${key}`;
    if (!named.entries.has('name')) named.entries.set('name', scalar(name, named.at));
    resources.entries.set(key, named);
  }
}

function normalizeService(service: MapNode, lookup: Lookup): void {
  const set = (key: string, value: ComposeNode): unknown => service.entries.set(key, value);
  const policy = get(service, 'pull_policy');
  if (policy !== undefined && textOf(policy) === 'if_not_present')
    set('pull_policy', scalar('missing', policy.at));
  const build = get(service, 'build');
  if (build?.kind === 'map') normalizeBuild(build, lookup);
  const environment = get(service, 'environment');
  if (environment !== undefined) set('environment', resolveVariables(environment, lookup, true));
  const dependencies = impliedDependencies(service);
  if (dependencies.size > 0) {
    const written = get(service, 'depends_on');
    const all = map(written?.kind === 'map' ? written.entries : [], written?.at ?? service.at);
    for (const [name, dependency] of dependencies)
      if (!all.entries.has(name)) all.entries.set(name, dependency);
    set('depends_on', all);
  }
  for (const [, volume] of childrenOf(get(service, 'volumes') ?? list([], service.at))) {
    const target = get(volume, 'target');
    if (volume.kind === 'map' && target !== undefined)
      volume.entries.set('target', scalar(cleanPath(textOf(target) ?? ''), target.at));
  }
  inheritImage(service);
}

function normalizeBuild(build: MapNode, lookup: Lookup): void {
  if (!build.entries.has('context')) build.entries.set('context', scalar('.', build.at));
  if (!build.entries.has('dockerfile') && !build.entries.has('dockerfile_inline'))
    build.entries.set('dockerfile', scalar('Dockerfile', build.at));
  const args = build.entries.get('args');
  if (args !== undefined) build.entries.set('args', resolveVariables(args, lookup, false));
}

/** Names without a value take the environment's; where it has none they stay, or go. */
function resolveVariables(node: ComposeNode, lookup: Lookup, keepsEmpty: boolean): ComposeNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list')
    return list(
      node.items.flatMap((item) => {
        const name = textOf(item);
        if (name === undefined || name.includes('=')) return [item];
        const value = lookup(name);
        return value === undefined ? (keepsEmpty ? [item] : []) : [scalar(`${name}=${value}`, item.at)];
      }),
      node.at,
    );
  return map(
    childrenOf(node).flatMap(([name, child]): [string, ComposeNode][] => {
      if (child.kind !== 'scalar' || child.value !== null) return [[name, child]];
      const value = lookup(name);
      return value === undefined ? (keepsEmpty ? [[name, child]] : []) : [[name, scalar(value, child.at)]];
    }),
    node.at,
  );
}

/** Links, shared namespaces and shared volumes make a service wait for another. */
function impliedDependencies(service: MapNode): Map<string, ComposeNode> {
  const found = new Map<string, ComposeNode>();
  const add = (name: string, restart: boolean, node: ComposeNode): void => {
    const long: Record<string, ScalarValue> = { condition: 'service_started', restart, required: true };
    if (!found.has(name)) found.set(name, mapOf(long, node.at));
  };
  for (const [, link] of childrenOf(get(service, 'links') ?? list([], service.at))) {
    const parts = (textOf(link) ?? '').split(':');
    add(parts.length === 2 ? (parts[0] ?? '') : (textOf(link) ?? ''), true, link);
  }
  for (const key of ['network_mode', 'ipc', 'pid', 'uts', 'cgroup']) {
    const node = get(service, key);
    const shared = /^service:(.*)$/.exec(textOf(node) ?? '')?.[1];
    if (node !== undefined && shared !== undefined) add(shared, true, node);
  }
  for (const [, from] of childrenOf(get(service, 'volumes_from') ?? list([], service.at))) {
    const name = textOf(from) ?? '';
    if (!name.startsWith('container:')) add(name.split(':')[0] ?? '', false, from);
  }
  return found;
}

function inheritImage(service: MapNode): void {
  const image = get(service, 'image');
  if (image === undefined || textOf(image) === '') return;
  for (const [, hook] of childrenOf(get(service, 'pre_start') ?? list([], service.at)))
    if (hook.kind === 'map' && !hook.entries.has('image')) hook.entries.set('image', image);
}
