import type { AppDesire, AppFacts } from './app-desire.ts';

/**
 * Networks of a running app that its release, its canary and its routes have no use for, and that no instance is on, in whatever state: one
 * that is stopped could not start again without. A stopped app keeps what it stands on.
 */
export function idleNetworks(
  desire: Pick<AppDesire, 'intent' | 'services' | 'canary' | 'routes' | 'networks'>,
  facts: Pick<AppFacts, 'instances' | 'networks'>,
): string[] {
  // Without services nothing is known of what is wanted.
  if (desire.intent !== 'running' || desire.services.length === 0) return [];
  const { canary } = desire;
  const used = new Set([
    ...desire.networks,
    ...[...desire.routes, ...(canary?.routes ?? [])].map(({ network }) => network),
    ...[...desire.services, ...(canary?.services ?? [])].flatMap(({ networks }) => networks),
    ...facts.instances.flatMap(({ addresses }) => Object.keys(addresses)),
  ]);
  return [...facts.networks].filter((network) => !used.has(network));
}
