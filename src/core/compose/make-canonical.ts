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
  type MapNode,
  type NodePath,
  type ScalarValue,
} from './compose-node.ts';
import { cleanPath } from './file-path.ts';
import { parsePort } from './parse-port.ts';
import { parseVolume } from './parse-volume.ts';
import { pathTable, rewrite, rewriteChildren, type PathTable } from './path-pattern.ts';
import type { Report } from './report.ts';
import { scalarText } from './yaml-scalar.ts';

type Rule = (node: ComposeNode, path: NodePath) => ComposeNode;

/** Turns all short forms into long ones. The tree has passed the schema; what a short form breaks is reported. */
export function makeCanonical(root: ComposeNode, report: Report): ComposeNode {
  const budget = { ports: mostPorts };
  const rules: PathTable<Rule> = pathTable<Rule>({
    'services.*.build': (node, path) =>
      node.kind === 'map'
        ? rewriteChildren(node, rules, path)
        : textOf(node) === undefined
          ? node
          : map([['context', node]], node.at),
    'services.*.build.secrets.*': fileMount,
    'services.*.build.provenance': asText,
    'services.*.build.sbom': asText,
    'services.*.build.additional_contexts': (node, path) => keyValues(node, path, report),
    'services.*.build.ssh': (node, path) => sshKeys(node, path, report),
    'services.*.depends_on': dependencies,
    'services.*.env_file': envFiles,
    'services.*.label_file': asList,
    'services.*.extends': (node) => (textOf(node) === undefined ? node : map([['service', node]], node.at)),
    'services.*.gpus': (node, path) =>
      textOf(node) === undefined
        ? rewriteChildren(node, rules, path)
        : list([mapOf({ count: 'all' }, node.at)], node.at),
    'services.*.networks': namesToMap,
    'services.*.models': namesToMap,
    'services.*.volumes.*': (node, path) => mount(node, path, report),
    'services.*.dns': (node) => withoutEmpty(asList(node)),
    'services.*.devices.*': (node, path) => device(node, path, report),
    'services.*.secrets.*': fileMount,
    'services.*.configs.*': fileMount,
    'services.*.ports': (node, path) => ports(node, path, budget, report),
    'services.*.develop.watch.*.ignore': asList,
    'services.*.develop.watch.*.include': asList,
    'volumes.*': (node, path) => external(node, path, report),
    'networks.*': (node, path) => external(node, path, report),
    'secrets.*': (node, path) => external(node, path, report),
    'configs.*': (node, path) => external(node, path, report),
  });
  return rewrite(root, rules);
}

function asList(node: ComposeNode): ComposeNode {
  return textOf(node) === undefined ? node : list([node], node.at);
}

function withoutEmpty(node: ComposeNode): ComposeNode {
  return node.kind === 'list'
    ? list(
        node.items.filter((item) => !isNull(item) && textOf(item) !== ''),
        node.at,
      )
    : node;
}

function asText(node: ComposeNode): ComposeNode {
  return node.kind === 'scalar' ? scalar(scalarText(node), node.at) : node;
}

function fileMount(node: ComposeNode): ComposeNode {
  return textOf(node) === undefined ? node : map([['source', node]], node.at);
}

function namesToMap(node: ComposeNode): ComposeNode {
  if (node.kind !== 'list') return node;
  return map(
    node.items.map((item) => [textOf(item) ?? '', scalar(null, item.at)] as const),
    node.at,
  );
}

/** Adds what is not there. */
export function withDefaults(node: MapNode, defaults: Readonly<Record<string, ScalarValue>>): MapNode {
  for (const [key, value] of Object.entries(defaults))
    if (!node.entries.has(key)) node.entries.set(key, scalar(value, node.at));
  return node;
}

function dependencies(node: ComposeNode): ComposeNode {
  const defaults = { condition: 'service_started', required: true } as const;
  if (node.kind === 'list')
    return map(
      node.items.map((item) => [textOf(item) ?? '', mapOf(defaults, item.at)] as const),
      node.at,
    );
  if (node.kind === 'map')
    for (const child of node.entries.values()) if (child.kind === 'map') withDefaults(child, defaults);
  return node;
}

function envFiles(node: ComposeNode): ComposeNode {
  const files = asList(node);
  if (files.kind !== 'list') return files;
  return list(
    files.items.map((item) => {
      const long = textOf(item) === undefined ? item : map([['path', item]], item.at);
      return long.kind === 'map' ? withDefaults(long, { required: true }) : long;
    }),
    node.at,
  );
}

function keyValues(node: ComposeNode, path: NodePath, report: Report): ComposeNode {
  if (node.kind !== 'list') return node;
  return map(
    node.items.flatMap((item) => {
      const [, key, value] = /^([^=]*)=([\s\S]*)$/.exec(textOf(item) ?? '') ?? [];
      if (key !== undefined && value !== undefined) return [[key, scalar(value, item.at)] as const];
      report(item.at, path, 'must be NAME=VALUE');
      return [];
    }),
    node.at,
  );
}

function sshKeys(node: ComposeNode, path: NodePath, report: Report): ComposeNode {
  if (node.kind !== 'list') return node;
  return map(
    node.items.flatMap((item) => {
      const [id = '', ...rest] = (textOf(item) ?? '').split('=');
      if (rest.length > 0) return [[id, scalar(rest.join('='), item.at)] as const];
      if (id === 'default') return [[id, scalar(null, item.at)] as const];
      report(item.at, path, 'must be "default" or ID=PATH');
      return [];
    }),
    node.at,
  );
}

function mount(node: ComposeNode, path: NodePath, report: Report): ComposeNode {
  const text = textOf(node);
  if (text === undefined) return withTarget(node, path, report);
  const read = parseVolume(text);
  if (!read.ok) {
    report(
      node.at,
      path,
      `${read.message} (saw ${JSON.stringify(text.slice(0, 80))})`,
      'A mount is SOURCE:TARGET[:ro].',
    );
    return map([], node.at);
  }
  const { at } = node;
  const long = mapOf({ type: read.type, ...(read.source === undefined ? {} : { source: read.source }) }, at);
  long.entries.set('target', scalar(cleanPath(read.target), at));
  if (read.readOnly) long.entries.set('read_only', scalar(true, at));
  if (read.type === 'bind' || read.propagation !== undefined || read.selinux !== undefined)
    long.entries.set(
      'bind',
      mapOf(
        {
          ...(read.selinux === undefined ? {} : { selinux: read.selinux }),
          ...(read.propagation === undefined ? {} : { propagation: read.propagation }),
          ...(read.type === 'bind' ? { create_host_path: true } : {}),
        },
        at,
      ),
    );
  // Compose reads a text of one or two characters by itself, and leaves the options out.
  if ((read.type === 'volume' && text.length > 2) || read.noCopy)
    long.entries.set('volume', mapOf(read.noCopy ? { nocopy: true } : {}, at));
  return long;
}

function withTarget(node: ComposeNode, path: NodePath, report: Report): ComposeNode {
  if (get(node, 'target') === undefined) report(node.at, path, 'target is missing', 'Add target.');
  return node;
}

function device(node: ComposeNode, path: NodePath, report: Report): ComposeNode {
  const text = textOf(node);
  if (text === undefined) return withTarget(node, path, report);
  const [source = '', target = '', permissions = 'rwm', ...rest] = text.split(':');
  if (rest.length > 0) report(node.at, path, 'a device is HOST[:CONTAINER[:rwm]]', 'Use the long form.');
  return mapOf({ source, target: target === '' ? source : target, permissions }, node.at);
}

/** Ranges become one port each; more than these are no longer of use to anybody. */
const mostPorts = 12_000;

function ports(node: ComposeNode, path: NodePath, budget: { ports: number }, report: Report): ComposeNode {
  if (node.kind !== 'list') return node;
  return list(
    node.items.flatMap((item, index) => {
      if (item.kind !== 'scalar') return [item];
      const read = parsePort(scalarText(item), budget.ports);
      if (!read.ok) {
        report(item.at, [...path, String(index)], read.message, 'Use a number such as 8080, or "8080:80".');
        // Its place is kept, so that the ports after it keep their index.
        return [map([], item.at)];
      }
      budget.ports -= read.ports.length;
      return read.ports.map((port) =>
        mapOf(
          {
            mode: 'ingress',
            ...(port.hostIp === undefined ? {} : { host_ip: port.hostIp }),
            target: port.target,
            ...(port.published === undefined ? {} : { published: port.published }),
            protocol: port.protocol,
          },
          item.at,
        ),
      );
    }),
    node.at,
  );
}

/** `external: { name: x }` is the old form of `external: true` with `name: x`. */
function external(node: ComposeNode, path: NodePath, report: Report): ComposeNode {
  const old = get(node, 'external');
  if (node.kind !== 'map' || old?.kind !== 'map') return node;
  const name = get(node, 'name');
  const oldName = get(old, 'name');
  node.entries.set('external', scalar(true, old.at));
  if (oldName !== undefined && name !== undefined && !isSame(name, oldName))
    report(oldName.at, path, 'name and external.name differ', 'Keep only name.');
  if (oldName !== undefined && name === undefined) node.entries.set('name', oldName);
  return node;
}
