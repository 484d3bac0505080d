import { withoutBundleParts } from '../core/bundle/bundle-mark.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { loadCompose, type ComposeProblem, type LoadedCompose } from '../core/compose/load-compose.ts';
import { cleanPath, isAbsolutePath, relativePath } from '../core/compose/file-path.ts';
import { inlineProfiles } from '../core/compose/inline-profiles.ts';
import { sortProblems } from '../core/compose/report.ts';
import { secretValues } from '../core/compose/secret-values.ts';
import { wrongCharacters } from '../core/compose/wrong-characters.ts';
import { wrongHealthChecks } from '../core/compose/wrong-health-checks.ts';
import { wrongImageNames } from '../core/compose/wrong-image-names.ts';
import { ignoredIn, unsupportedIn } from '../core/compose/unsupported.ts';
import type { Position } from '../core/compose/positions.ts';
import { CraneError } from '../core/error/crane-error.ts';

/** What a person hands over to be deployed: texts only, paths relative to the project folder. */
export type ComposeInput = {
  files: readonly { path: string; text: string }[];
  /** `.env`, env files, included and extended files, by path. */
  support?: Readonly<Record<string, string>>;
  environment?: Readonly<Record<string, string>>;
  profiles?: readonly string[];
  /** The absolute folder that relative paths begin at. */
  directory?: string;
};

type Checked = {
  project: ComposeProject;
  warnings: readonly ComposeProblem[];
  positions: ReadonlyMap<string, Position>;
};

/** Resolves compose files to the model as Compose sees it; all errors at once. */
export function checkCompose(input: ComposeInput, projectName?: string): Checked {
  const loaded = load(input, projectName);
  if (!loaded.ok) throw refusal('compose.invalid', loaded.problems);
  return loaded;
}

/**
 * The same for a model that is to be deployed, without what an exported bundle adds to it: what Crane cannot honour is
 * refused with its reason.
 */
export function checkDeployable(input: ComposeInput, projectName?: string): Deployable {
  const loaded = load(input, projectName);
  if (!loaded.ok) throw refusal('compose.invalid', loaded.problems);
  const { positions, lookup } = loaded;
  const project = withoutBundleParts(loaded.project);
  const { values, problems } = secretValues(project, lookup, positions);
  const profiles = inlineProfiles(project, (path) => readFileIn(input, path), positions);
  const refused = [
    ...unsupportedIn(project, positions),
    ...problems,
    ...profiles.problems,
    ...wrongImageNames(project, positions),
    ...wrongHealthChecks(project, positions),
    ...wrongCharacters(project, positions),
  ];
  if (refused.length > 0) throw refusal('compose.unsupported', sortProblems(refused, input.files));
  return {
    project: withReplicas(profiles.project),
    positions,
    secrets: values,
    warnings: [...loaded.warnings, ...ignoredIn(project, positions)],
  };
}

/** `scale` is the old word for `deploy.replicas`, which is what is read from here on. */
function withReplicas(project: ComposeProject): ComposeProject {
  const services = Object.entries(project.services).map(([name, service]) => {
    const { scale, deploy } = service;
    const isSaid = scale === undefined || deploy?.replicas !== undefined;
    return [name, isSaid ? service : { ...service, deploy: { ...deploy, replicas: scale } }] as const;
  });
  return { ...project, services: Object.fromEntries(services) };
}

/** `secrets`: values of those that come from the environment, by name; to be stored, and never shown. */
export type Deployable = Checked & { secrets: Readonly<Record<string, string>> };

function readFileIn(input: ComposeInput, path: string): string | undefined {
  const { directory } = input;
  const name = directory !== undefined && isAbsolutePath(path) ? relativePath(directory, path) : path;
  const plain = cleanPath(name);
  return input.support?.[plain] ?? input.files.find((file) => file.path === plain)?.text;
}

function load(input: ComposeInput, projectName?: string): LoadedCompose {
  const support = new Map(Object.entries(input.support ?? {}));
  return loadCompose({
    files: input.files,
    readFile: (path) => support.get(path) ?? input.files.find((file) => file.path === path)?.text,
    environment: input.environment ?? {},
    profiles: input.profiles ?? [],
    ...(projectName === undefined ? {} : { projectName }),
    ...(input.directory === undefined ? {} : { projectDirectory: input.directory }),
  });
}

function refusal(
  code: 'compose.invalid' | 'compose.unsupported',
  problems: readonly ComposeProblem[],
): CraneError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new CraneError(code, {
    message:
      first === undefined
        ? 'The compose file is not valid.'
        : `${placeOf(first)} ${first.path}: ${first.message}${more}`,
    ...(first?.fix === undefined ? {} : { fix: first.fix }),
    errors: problems.map((problem) => ({
      pointer: `/${problem.path.replaceAll('/', '~1').replaceAll('.', '/')}`,
      place: placeOf(problem),
      message: `${problem.path}: ${problem.message}`,
      ...(problem.fix === undefined ? {} : { fix: problem.fix }),
    })),
  });
}

function placeOf(problem: ComposeProblem): string {
  return `${problem.file}:${problem.line}:${problem.column}`;
}
