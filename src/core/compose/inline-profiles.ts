import type { ComposeProject } from './compose-project.ts';
import type { Position } from './positions.ts';
import { placeOf, type ComposeProblem } from './report.ts';

/** `seccomp=FILE`, also with a colon; not a profile that the engine knows by name, nor one that is written out already. */
const fileOption = /^seccomp[=:](?!unconfined$|builtin$|\{)(.+)$/s;

/**
 * Puts the text of seccomp profiles in the place of their files: the engine takes only the text. `read`: a file by the path that was
 * written, which begins at the project's folder.
 */
export function inlineProfiles(
  project: ComposeProject,
  read: (path: string) => string | undefined,
  positions: ReadonlyMap<string, Position>,
): { project: ComposeProject; problems: ComposeProblem[] } {
  const problems: ComposeProblem[] = [];
  const services = Object.entries(project.services).map(([name, spec]) => {
    if (spec.security_opt === undefined) return [name, spec] as const;
    const options = spec.security_opt.map((option, index) => {
      const file = fileOption.exec(option)?.[1];
      if (file === undefined) return option;
      const found = readProfile(read(file));
      if (typeof found === 'string') return `seccomp=${found}`;
      const path = ['services', name, 'security_opt', String(index)];
      problems.push({
        ...placeOf(path, positions),
        path: `services.${name}.security_opt[${index}]`,
        message: `the seccomp profile ${file.slice(0, 200)} ${found.why}`,
        fix: found.fix,
      });
      return option;
    });
    return [name, { ...spec, security_opt: options }] as const;
  });
  return { project: { ...project, services: Object.fromEntries(services) }, problems };
}

/** As compact JSON. */
function readProfile(text: string | undefined): string | { why: string; fix: string } {
  if (text === undefined)
    return {
      why: 'cannot be found',
      fix: 'Put it into the folder of the compose file, and name it from there.',
    };
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return { why: 'is not JSON', fix: 'Write it as JSON, as the engine reads it.' };
  }
}
