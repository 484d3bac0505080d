import {
  childrenOf,
  get,
  map,
  nearestNode,
  type ComposeNode,
  type MapNode,
  type NodePath,
} from './compose-node.ts';
import type { ComposeProject, ComposeService } from './compose-project.ts';
import { checkProject } from './check-project.ts';
import { resources } from './decode-resources.ts';
import { service as decodeService } from './decode-service.ts';
import { isAbsolutePath, joinPath, relativePath } from './file-path.ts';
import { loadBase, loadModel } from './load-model.ts';
import type { Lookup } from './interpolate.ts';
import { lookupIn, type LoadState, type ModelSetting } from './load-state.ts';
import { normalize } from './normalize.ts';
import type { Position } from './positions.ts';
import { findProjectName } from './project-name.ts';
import { readEnvFile } from './read-env-file.ts';
import { resolveServiceFiles } from './resolve-service-files.ts';
import { collector, sortProblems, type ComposeProblem, type Report } from './report.ts';
import { withoutUnused } from './without-unused.ts';

export type { ComposeProblem } from './report.ts';

export type ComposeSource = {
  /** Main files in the order given; paths are relative to the project's folder. */
  files: readonly { path: string; text: string }[];
  /** Any other file, by its path relative to the project's folder; undefined when there is none. */
  readFile: (path: string) => string | undefined;
  environment: Readonly<Record<string, string>>;
  /** In place of the folder's `.env`. */
  envFiles?: readonly string[];
  profiles: readonly string[];
  projectName?: string;
  /** The absolute folder that relative paths begin at; without it they stay relative. */
  projectDirectory?: string;
};
export type LoadedCompose =
  | {
      ok: true;
      project: ComposeProject;
      warnings: readonly ComposeProblem[];
      positions: ReadonlyMap<string, Position>;
      /** The variables it was loaded with; for values that are not part of the project, as those of secrets. */
      lookup: Lookup;
    }
  | { ok: false; problems: readonly ComposeProblem[] };

/** A file that is included is read twice: once to see whether it is there. */
const mostFiles = 1000;
const mostCharacters = 16_000_000;

/**
 * Loads compose files as Docker Compose does: YAML with places → variables → include and extends → merge → schema →
 * long forms → defaults → absolute paths → checks. All problems at once; pure.
 */
export function loadCompose(source: ComposeSource): LoadedCompose {
  const { report, problems, isTold } = collector();
  const { report: warn, problems: warnings } = collector();
  const top = { file: source.files[0]?.path ?? 'compose.yaml', line: 1, column: 1 };
  if (source.files.length === 0) report(top, [], 'no compose file was given');
  const state = createState(source, report, warn);
  const folder = source.projectDirectory ?? '.';
  const environment = readEnvironment(source, state);
  const name = findProjectName(source, environment, report);
  const setting: ModelSetting = { folder, environment: { ...environment, COMPOSE_PROJECT_NAME: name } };
  const files = source.files.map(({ path, text }) => ({ path: joinPath(folder, path), text }));
  const root = state.loadModel(files, setting, state, []);
  if (state.isBroken) return { ok: false, problems: sortProblems(problems, source.files) };
  if (root.entries.size === 0 && problems.length === 0)
    report(top, [], 'the compose file is empty', 'Add services.');
  normalize(root, name, lookupIn(setting.environment));
  const project = decodeProject(root, name, source, setting, { ...state, isTold });
  if (problems.length > 0) return { ok: false, problems: sortProblems(problems, source.files) };
  return {
    ok: true,
    project: withoutUnused(project),
    warnings,
    positions: positionsOf(root),
    lookup: lookupIn(setting.environment),
  };
}

function createState(source: ComposeSource, report: Report, warn: Report): LoadState {
  const folder = source.projectDirectory ?? '.';
  const nameOf = (path: string): string =>
    isAbsolutePath(path) === isAbsolutePath(folder) ? relativePath(folder, path) : path;
  return {
    readText: boundReads(
      (path) =>
        source.files.find((file) => joinPath(folder, file.path) === path)?.text ??
        source.readFile(nameOf(path)),
      nameOf,
      report,
    ),
    nameOf,
    home: lookupIn(source.environment)('HOME'),
    report,
    warn,
    isBroken: false,
    isPartial: false,
    copied: 0,
    loadModel,
    loadBase,
  };
}

/** Files that include each other twice are read 2ⁿ times: what one load reads has an end. */
function boundReads(
  read: (path: string) => string | undefined,
  nameOf: (path: string) => string,
  report: Report,
): LoadState['readText'] {
  let files = 0;
  let characters = 0;
  return (path) => {
    const text = files > mostFiles || characters > mostCharacters ? undefined : read(path);
    files += 1;
    characters += text?.length ?? 0;
    if (files === mostFiles || (characters > mostCharacters && text !== undefined))
      report({ file: nameOf(path), line: 1, column: 1 }, [], 'too many files are read, or too large ones');
    return text;
  };
}

/** The given variables, and below them those of the env files, or of `.env`. */
function readEnvironment(source: ComposeSource, { report }: LoadState): Record<string, string> {
  const values: Record<string, string> = {};
  for (const file of source.envFiles ?? ['.env']) {
    const text = source.readFile(file);
    const at = { file, line: 1, column: 1 };
    if (text === undefined && source.envFiles !== undefined) report(at, [], 'this env file cannot be found');
    if (text === undefined) continue;
    const read = readEnvFile(text, (name) => lookupIn(source.environment)(name) ?? lookupIn(values)(name));
    for (const { line, message } of read.problems) report({ ...at, line }, [], message);
    Object.assign(values, read.values);
  }
  return { ...values, ...source.environment };
}

function decodeProject(
  root: MapNode,
  name: string,
  source: ComposeSource,
  setting: ModelSetting,
  state: LoadState & { isTold: (path: NodePath) => boolean },
): ComposeProject {
  const all = childrenOf(get(root, 'services') ?? map([], root.at)).flatMap(([key, node]) => {
    const decoded = decodeService(node, ['services', key], state.report);
    return decoded === undefined ? [] : [{ key, service: decoded }];
  });
  const profiles = activeProfiles(source, setting);
  const isActive = ({ profiles: own }: ComposeService): boolean =>
    own === undefined || own.some((profile) => profiles.includes(profile)) || profiles.includes('*');
  const active = all.filter(({ service }) => isActive(service));
  const project: ComposeProject = {
    ...resources(root, [], state.report),
    name,
    services: Object.fromEntries(active.map(({ key, service }) => [key, service])),
  };
  for (const { service } of active)
    if (service.scale !== undefined && service.deploy !== undefined && service.deploy.replicas === undefined)
      service.deploy.replicas = service.scale;
  checkProject({
    project,
    isDisabled: (key) => all.some((each) => each.key === key && !isActive(each.service)),
    // What a rule finds wrong with the whole may only follow from what is wrong with a part.
    complain: (path, message, fix) => {
      if (!state.isPartial && !state.isTold(path))
        state.report(nearestNode(root, path).at, path, message, fix);
    },
  });
  const files = { readText: state.readText, nameOf: state.nameOf, lookup: lookupIn(setting.environment) };
  for (const { key, service } of active)
    resolveServiceFiles(service, files, (path, message, at) =>
      state.report(
        at ?? nearestNode(root, ['services', key, ...path]).at,
        ['services', key, ...path],
        message,
      ),
    );
  return project;
}

function activeProfiles(source: ComposeSource, { environment }: ModelSetting): readonly string[] {
  if (source.profiles.length > 0) return source.profiles;
  return (environment['COMPOSE_PROFILES'] ?? '').split(',').map((profile) => profile.trim());
}

/** Dotted path → place, for every value of the merged files. */
function positionsOf(root: ComposeNode): Map<string, Position> {
  const positions = new Map<string, Position>();
  const walk = (node: ComposeNode, path: string): void => {
    positions.set(path, node.at);
    for (const [key, child] of childrenOf(node)) walk(child, path === '' ? key : `${path}.${key}`);
  };
  walk(root, '');
  return positions;
}
