import { applyResets } from './apply-resets.ts';
import { get, isSame, map, textOf, type ComposeNode, type MapNode, type NodePath } from './compose-node.ts';
import { expandHome, folderOf, joinPath } from './file-path.ts';
import { lookupIn, type LoadState, type ModelSetting } from './load-state.ts';
import { mergeNodes } from './merge-nodes.ts';
import { readEnvFile } from './read-env-file.ts';

const kinds = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'] as const;

/** Brings what included files define into this one; its own definitions go over theirs. In place; `include` is gone afterwards. */
export function applyIncludes(
  root: MapNode,
  resets: readonly NodePath[],
  setting: ModelSetting,
  state: LoadState,
  stack: readonly string[],
): void {
  const include = root.entries.get('include');
  if (include?.kind !== 'list') return;
  root.entries.delete('include');
  for (const [index, entry] of include.items.entries()) {
    const imported = readInclude(entry, ['include', String(index)], setting, state, stack);
    if (imported !== null) importAll(imported, root, resets, state);
  }
}

function readInclude(
  entry: ComposeNode,
  path: NodePath,
  setting: ModelSetting,
  state: LoadState,
  stack: readonly string[],
): MapNode | null {
  const files = textsOf(textOf(entry) === undefined ? get(entry, 'path') : entry).map((file) =>
    joinPath(setting.folder, expandHome(file, state.home)),
  );
  const [first] = files;
  if (first === undefined) {
    state.report(entry.at, path, 'path is missing', 'Name the file to include.');
    return null;
  }
  const missing = files.find((file) => state.readText(file) === undefined);
  if (missing !== undefined) {
    state.report(entry.at, path, `the file ${state.nameOf(missing)} cannot be found`);
    return null;
  }
  if (stack.includes(first)) {
    state.report(entry.at, path, `${state.nameOf(first)} includes itself`, 'Break the circle.');
    return null;
  }
  const project = textOf(get(entry, 'project_directory'));
  const folder =
    project === undefined || project === '' ? folderOf(first) : joinPath(setting.folder, project);
  const environment = readEnvironment(entry, path, folder, setting, state);
  return state.loadModel(
    files.map((file) => ({ path: file })),
    { folder, environment },
    state,
    stack,
  );
}

function textsOf(node: ComposeNode | undefined): string[] {
  const items = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  return items.map(textOf).filter((text) => text !== undefined);
}

/** The including file's variables, then those of `env_file`, or of the `.env` beside the included file. */
function readEnvironment(
  entry: ComposeNode,
  path: NodePath,
  folder: string,
  setting: ModelSetting,
  state: LoadState,
): Record<string, string> {
  const named = textsOf(get(entry, 'env_file')).filter((file) => file !== '/dev/null');
  const usesDefault = textsOf(get(entry, 'env_file')).length === 0;
  const files = usesDefault
    ? [joinPath(folder, '.env')]
    : named.map((file) => joinPath(setting.folder, file));
  const values: Record<string, string> = {};
  for (const file of files) {
    const text = state.readText(file);
    if (text === undefined && usesDefault) continue;
    if (text === undefined) {
      state.report(entry.at, path, `the env file ${state.nameOf(file)} cannot be found`);
      continue;
    }
    const find = lookupIn(setting.environment);
    const read = readEnvFile(text, (name) => find(name) ?? lookupIn(values)(name));
    for (const { line, message } of read.problems)
      state.report({ file: state.nameOf(file), line, column: 1 }, path, message);
    Object.assign(values, read.values);
  }
  return { ...values, ...setting.environment };
}

function importAll(from: MapNode, root: MapNode, resets: readonly NodePath[], state: LoadState): void {
  for (const kind of kinds) {
    const imported = from.entries.get(kind);
    if (imported?.kind !== 'map') continue;
    const own = root.entries.get(kind);
    const target = own?.kind === 'map' ? own : map([], imported.at);
    for (const [name, resource] of imported.entries) {
      const known = target.entries.get(name);
      if (known !== undefined && isSame(known, resource)) continue;
      const base = cut(resource, kind, name, resets);
      if (known === undefined) target.entries.set(name, resource);
      else if (base !== undefined)
        target.entries.set(name, mergeNodes(base, known, [kind, name], state.report));
    }
    root.entries.set(kind, target);
  }
}

function cut(
  resource: ComposeNode,
  kind: string,
  name: string,
  resets: readonly NodePath[],
): ComposeNode | undefined {
  const wrapped = map([[kind, map([[name, resource]], resource.at)]], resource.at);
  return get(get(applyResets(wrapped, resets), kind), name);
}
