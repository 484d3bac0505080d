import type { ComposeProject } from '../compose/compose-project.ts';
import { failureOf } from '../plan/instance-failure.ts';
import type { InstanceFacts } from '../plan/instance-facts.ts';

/** Service names so that what others wait for comes first; the loader has refused cycles. */
export function sortByDependency(project: ComposeProject): string[] {
  const sorted: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (sorted.includes(name) || path.includes(name) || project.services[name] === undefined) return;
    for (const other of Object.keys(project.services[name].depends_on ?? {})) visit(other, [...path, name]);
    sorted.push(name);
  };
  for (const name of Object.keys(project.services)) visit(name, []);
  return sorted;
}

/** Service → services that depend on it. */
export function dependentsOf(project: ComposeProject): Record<string, string[]> {
  const dependents: Record<string, string[]> = {};
  for (const [name, spec] of Object.entries(project.services)) {
    for (const other of Object.keys(spec.depends_on ?? {})) (dependents[other] ??= []).push(name);
  }
  return dependents;
}

/** What a service still waits for before its first instance may start, in words; empty when it may. */
export function unmetDependencies(
  project: ComposeProject,
  service: string,
  instances: readonly InstanceFacts[],
): string[] {
  const wanted = Object.entries(project.services[service]?.depends_on ?? {});
  return wanted.flatMap(([name, { condition, required }]) => {
    if (required === false && project.services[name] === undefined) return [];
    const own = instances.filter((item) => item.service === name && item.busy !== 'retiring');
    // As in Compose: one that is not required and failed is not waited for.
    if (required === false && own.length > 0 && own.every((item) => hasFailed(item))) return [];
    if (condition === 'service_completed_successfully')
      return own.some((item) => item.state === 'exited' && item.exitCode === 0)
        ? []
        : [`${name} to complete`];
    if (condition === 'service_healthy')
      return own.some((item) => item.isReady) ? [] : [`${name} to be healthy`];
    return own.some((item) => item.state === 'running' && item.isPreparing !== true)
      ? []
      : [`${name} to start`];
  });
}

function hasFailed(item: InstanceFacts): boolean {
  const failure = failureOf(item);
  return failure !== null && !(failure.kind === 'exited' && failure.exitCode === 0);
}
