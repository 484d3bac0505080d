import { environmentSecrets } from '../service/file-uses.ts';
import type { ComposeProject } from './compose-project.ts';
import type { Lookup } from './interpolate.ts';
import type { Position } from './positions.ts';
import { placeOf, type ComposeProblem } from './report.ts';

/** The values of the secrets that services use and that come from the environment; what is not set is a problem. */
export function secretValues(
  project: ComposeProject,
  lookup: Lookup,
  positions: ReadonlyMap<string, Position>,
): { values: Record<string, string>; problems: ComposeProblem[] } {
  const values: Record<string, string> = {};
  const problems: ComposeProblem[] = [];
  for (const [name, variable] of environmentSecrets(project)) {
    const value = lookup(variable);
    if (value !== undefined) values[name] = value;
    else
      problems.push({
        ...placeOf(['secrets', name, 'environment'], positions),
        path: `secrets.${name}.environment`,
        message: `the variable ${variable} that this secret is made from is not set`,
        fix: `Set it where you deploy from, or in .env: ${variable}=…`,
      });
  }
  return { values, problems };
}
