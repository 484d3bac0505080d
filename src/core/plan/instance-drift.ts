import { instanceName } from '../service/instance.ts';
import type { InstanceFacts } from './instance-facts.ts';

/** How somebody changed an instance by hand so that it is no longer what was made; null when nobody did. */
export type Drift = 'renamed' | 'disconnected' | 'paused';

/** `networks` are those it must be on, by the engine's names. */
export function driftOf(
  desire: { prefix: string; networks: readonly string[] },
  item: InstanceFacts,
): Drift | null {
  if (item.name !== instanceName(desire.prefix, item)) return 'renamed';
  if (item.state === 'paused') return 'paused';
  if (item.state !== 'running') return null;
  return desire.networks.every((network) => item.addresses[network] !== undefined) ? null : 'disconnected';
}
