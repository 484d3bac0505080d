import type { ComposeProject } from '../compose/compose-project.ts';

/** Services that are restarted when one of `replaced` is (`depends_on` with `restart: true`), and those that depend so on them. */
export function restartDependents(project: ComposeProject, replaced: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (changed: string): void => {
    for (const [name, { depends_on: dependencies = {} }] of Object.entries(project.services))
      if (dependencies[changed]?.restart === true && !found.has(name)) {
        found.add(name);
        visit(name);
      }
  };
  for (const name of replaced) visit(name);
  return [...found].filter((name) => !replaced.includes(name)).sort();
}
