import type { ComposeProject } from './compose-project.ts';
import type { Position } from './positions.ts';
import { pathText, placeOf, type ComposeProblem } from './report.ts';

/** What no engine can be given: told with its place, where the engine would fail in the middle of a deployment. */
export function wrongCharacters(
  project: ComposeProject,
  positions: ReadonlyMap<string, Position>,
): ComposeProblem[] {
  const { services, networks = {}, volumes = {}, configs = {}, secrets = {} } = project;
  // The name of the file is judged elsewhere: an app gets one of its own.
  const given = `${project.name}_`;
  const problems: ComposeProblem[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    const message = faultOf(value, path, given);
    if (message !== null)
      problems.push({
        ...placeOf(path, positions),
        path: pathText(path),
        message,
        fix: 'Correct the value.',
      });
    else if (typeof value === 'object' && value !== null)
      for (const [key, child] of Object.entries(value)) walk(child, [...path, key]);
  };
  walk({ services, networks, volumes, configs, secrets }, []);
  return problems;
}

function faultOf(value: unknown, path: readonly string[], given: string): string | null {
  const [kind, , key, name = ''] = path;
  if (kind === 'services' && key === 'environment' && path.length === 4 && /[=\r\n]/.test(name))
    return `${JSON.stringify(name.slice(0, 80))} cannot be the name of a variable`;
  if (path.at(-1)?.includes('\0') === true) return 'its name holds a NUL';
  if (typeof value !== 'string') return null;
  if (value.includes('\0')) return 'holds a NUL';
  if ((kind === 'networks' || kind === 'volumes') && path.length === 3 && key === 'name')
    return value === `${given}${path[1]}` || /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/.test(value)
      ? null
      : `${JSON.stringify(value.slice(0, 80))} is no name: it takes letters a-z, digits, "_", "." and "-"`;
  return null;
}
