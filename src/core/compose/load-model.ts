import { applyExtends } from './apply-extends.ts';
import { applyIncludes } from './apply-includes.ts';
import { applyResets } from './apply-resets.ts';
import { get, map, type ComposeNode, type MapNode } from './compose-node.ts';
import { dropRepeated } from './drop-repeated.ts';
import { joinPath } from './file-path.ts';
import { checkModel, fillDefaults, resolveEnvironment } from './fill-defaults.ts';
import { interpolateNodes } from './interpolate-nodes.ts';
import {
  lookupIn,
  type BaseServices,
  type LoadState,
  type ModelFile,
  type ModelSetting,
} from './load-state.ts';
import { makeCanonical } from './make-canonical.ts';
import { mergeNodes } from './merge-nodes.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';
import { resolvePaths } from './resolve-paths.ts';
import { siftSchema } from './sift-schema.ts';

/** Far above what one machine runs; services may refer to each other in chains of this length. */
const mostServices = 1000;

/** Files merged in order → canonical tree with defaults and absolute paths. `stack`: files that include this one. */
export function loadModel(
  files: readonly ModelFile[],
  setting: ModelSetting,
  state: LoadState,
  stack: readonly string[],
): MapNode {
  let root: MapNode = map([], { file: state.nameOf(files[0]?.path ?? ''), line: 1, column: 1 });
  for (const file of files) {
    for (const document of readDocuments(file, state)) {
      root = addDocument(root, document, file.path, setting, state, [...stack, file.path]);
      if (state.isBroken) return root;
    }
  }
  fillDefaults(root);
  checkModel(root, state.report);
  resolvePaths(root, { folder: setting.folder, home: state.home }, state.report);
  resolveEnvironment(root, lookupIn(setting.environment));
  return root;
}

function readDocuments(file: ModelFile, state: LoadState): YamlDocument[] {
  const text = file.text ?? state.readText(file.path);
  const name = state.nameOf(file.path);
  if (text !== undefined) return readParts(name, text, state);
  state.report({ file: name, line: 1, column: 1 }, [], 'this file cannot be found');
  state.isBroken = true;
  return [];
}

/** Where a file is no YAML the others are still read, but nothing is concluded from what is missing. */
function readParts(name: string, text: string, state: LoadState): YamlDocument[] {
  const documents = readYaml(name, text, state.report);
  if (documents.length === 0 && text.trim() !== '') state.isPartial = true;
  return documents;
}

function addDocument(
  root: MapNode,
  { root: document, resets }: YamlDocument,
  path: string,
  setting: ModelSetting,
  state: LoadState,
  stack: readonly string[],
): MapNode {
  if (document.kind !== 'map') {
    state.report(document.at, [], 'a compose file is a mapping with services in it');
    state.isBroken = true;
    return root;
  }
  const services = get(document, 'services');
  if (services?.kind === 'map' && services.entries.size > mostServices) {
    state.report(services.at, ['services'], `there are more than ${mostServices} services`);
    state.isBroken = true;
    return root;
  }
  interpolateNodes(document, lookupIn(setting.environment), state);
  applyIncludes(document, resets, setting, state, stack);
  const base = applyResets(root, resets);
  applyExtends(document, resets, { path, setting, state });
  const merged = dropRepeated(mergeNodes(base, document, [], state.report));
  if (state.isBroken || !siftSchema(merged, state)) {
    state.isBroken = true;
    return root;
  }
  const version = get(merged, 'version');
  if (version !== undefined && merged.kind === 'map') {
    state.warn(version.at, ['version'], 'version is obsolete and is ignored', 'Remove it.');
    merged.entries.delete('version');
  }
  return asMap(dropRepeated(makeCanonical(merged, state.report)), root);
}

function asMap(node: ComposeNode, otherwise: MapNode): MapNode {
  return node.kind === 'map' ? node : otherwise;
}

/** The services of a file that others extend: canonical, its paths resolved, its own `extends` not yet followed. */
export function loadBase(
  path: string,
  folder: string,
  setting: ModelSetting,
  state: LoadState,
): BaseServices | null {
  let root: ComposeNode = map([], { file: state.nameOf(path), line: 1, column: 1 });
  let resets: YamlDocument['resets'] = [];
  const text = state.readText(path);
  if (text === undefined) return null;
  for (const document of readYaml(state.nameOf(path), text, state.report)) {
    interpolateNodes(document.root, lookupIn(setting.environment), state);
    ({ resets } = document);
    const merged = dropRepeated(mergeNodes(applyResets(root, resets), document.root, [], state.report));
    root = dropRepeated(makeCanonical(merged, state.report));
  }
  resolvePaths(root, { folder: joinPath(setting.folder, folder), home: state.home }, state.report);
  const services = get(root, 'services');
  return services?.kind === 'map' ? { services, resets } : { services: map([], root.at), resets };
}
