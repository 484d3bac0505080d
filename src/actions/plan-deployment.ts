import type { ComposeProject } from '../core/compose/compose-project.ts';
import { loadCompose, type ComposeProblem } from '../core/compose/load-compose.ts';
import { CraneError } from '../core/error/crane-error.ts';

/** What a person hands over to be deployed: texts only, paths relative to the project folder. */
export type ComposeInput = {
  files: readonly { path: string; text: string }[];
  /** `.env`, env files, included and extended files, by path. */
  support?: Readonly<Record<string, string>>;
  environment?: Readonly<Record<string, string>>;
  profiles?: readonly string[];
};

/** Resolves compose files to the model that would be deployed; all errors at once. */
export function checkCompose(
  input: ComposeInput,
  projectName?: string,
): { project: ComposeProject; warnings: readonly ComposeProblem[] } {
  const support = new Map(Object.entries(input.support ?? {}));
  const loaded = loadCompose({
    files: input.files,
    readFile: (path) => support.get(path) ?? input.files.find((file) => file.path === path)?.text,
    environment: input.environment ?? {},
    profiles: input.profiles ?? [],
    ...(projectName === undefined ? {} : { projectName }),
  });
  if (loaded.ok) return loaded;
  const [first] = loaded.problems;
  const more = loaded.problems.length > 1 ? ` (and ${loaded.problems.length - 1} more)` : '';
  throw new CraneError('compose.invalid', {
    message:
      first === undefined
        ? 'The compose file is not valid.'
        : `${placeOf(first)} ${first.path}: ${first.message}${more}`,
    ...(first?.fix === undefined ? {} : { fix: first.fix }),
    errors: loaded.problems.map((problem) => ({
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
