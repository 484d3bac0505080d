import { applyResets } from './apply-resets.ts';
import {
  childrenOf,
  copy,
  get,
  isNull,
  map,
  scalar,
  textOf,
  type ComposeNode,
  type MapNode,
  type NodePath,
} from './compose-node.ts';
import { expandHome, folderOf, joinPath } from './file-path.ts';
import type { LoadState, ModelSetting } from './load-state.ts';
import { mergeNodes } from './merge-nodes.ts';

type Scope = { path: string; setting: ModelSetting; state: LoadState };
type Chain = readonly string[];
/** What all `extends` of one load may copy; each copy costs the size of its base. */
const mostCopied = 20_000;
type Services = { services: MapNode; resets: readonly NodePath[]; path: string };

/** Puts each service that `extends` another over a copy of it. In place; `extends` is gone afterwards. */
export function applyExtends(root: MapNode, resets: readonly NodePath[], scope: Scope): void {
  const services = get(root, 'services');
  if (services?.kind !== 'map') return;
  for (const name of services.entries.keys()) extend(name, { services, resets, path: scope.path }, scope, []);
}

function extend(name: string, from: Services, scope: Scope, chain: Chain): ComposeNode | undefined {
  const service = from.services.entries.get(name);
  const extension = get(service, 'extends');
  if (service?.kind !== 'map' || extension === undefined) return service;
  const path = ['services', name, 'extends'];
  const { report } = scope.state;
  const ref = textOf(extension) ?? textOf(get(extension, 'service'));
  if (ref === undefined) {
    report(extension.at, path, 'service is missing', 'Name the service to extend.');
    return service;
  }
  const link = `${from.path}\n${name}`;
  if (chain.includes(link)) {
    report(extension.at, path, `the service ${name} extends itself`, 'Break the circle.');
    scope.state.isBroken = true;
    return service;
  }
  const source = findSource(extension, ref, from, scope, path);
  const base = source === null ? undefined : extend(ref, source, scope, [...chain, link]);
  service.entries.delete('extends');
  if (base === undefined || isNull(base)) return service;
  scope.state.copied += sizeOf(base);
  if (scope.state.copied > mostCopied) {
    report(extension.at, path, `all extends together copy more than ${mostCopied} values`);
    scope.state.isBroken = true;
    return service;
  }
  const merged = mergeNodes(cut(copy(base), name, from.resets), service, ['services', 'x'], report);
  from.services.entries.set(name, merged);
  return merged;
}

function sizeOf(node: ComposeNode): number {
  return childrenOf(node).reduce((size, [, child]) => size + sizeOf(child), 1);
}

/** The base without what this file resets on the service that extends it. */
function cut(base: ComposeNode, name: string, resets: readonly NodePath[]): ComposeNode {
  const wrapped = map([['services', map([[name, base]], base.at)]], base.at);
  return get(get(applyResets(wrapped, resets), 'services'), name) ?? scalar(null, base.at);
}

function findSource(
  extension: ComposeNode,
  ref: string,
  from: Services,
  { setting, state }: Scope,
  path: NodePath,
): Services | null {
  const file = textOf(get(extension, 'file'));
  const missing = (where: string): null => {
    state.report(extension.at, path, `there is no service ${ref} in ${where} to extend`);
    return null;
  };
  if (file === undefined) return from.services.entries.has(ref) ? from : missing('this file');
  const place = joinPath(setting.folder, expandHome(file, state.home));
  const loaded = state.loadBase(place, folderOf(place), setting, state);
  if (loaded === null) {
    state.report(extension.at, path, `the file ${file} cannot be found`);
    return null;
  }
  return loaded.services.entries.has(ref) ? { ...loaded, path: place } : missing(file);
}
