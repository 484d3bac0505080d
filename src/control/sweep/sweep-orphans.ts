import type { ObservedNetwork } from '../../core/port/runtime.ts';
import { instanceLabel, type ObservedInstance } from '../../core/service/instance.ts';
import { tell, type ControlState } from '../control-state.ts';

/** Instances of apps that are not in the store → the tick at which each was first seen. */
export type Orphans = Map<string, { since: number; isTold: boolean }>;

const graceMs = 20_000;

/**
 * What is left of apps that Crane itself deleted goes away after a grace: an engine may carry out a call whose caller died.
 * What belongs to an app that this database never knew (it was restored from an older copy) is told and left alone.
 */
export async function sweepOrphans(
  state: ControlState,
  orphans: Orphans,
  found: { instances: readonly ObservedInstance[]; networks: readonly ObservedNetwork[] },
): Promise<void> {
  const { runtime, clock, log } = state.deps;
  const tick = clock.monotonic();
  const names = [...new Set([...found.instances, ...found.networks].map((item) => item.app ?? ''))];
  for (const name of orphans.keys()) if (!names.includes(name)) orphans.delete(name);
  for (const name of names) {
    const known = orphans.get(name) ?? { since: tick, isTold: false };
    orphans.set(name, known);
    if (tick - known.since < graceMs) continue;
    const instances = found.instances.filter((item) => item.app === name);
    if (!wasDeleted(state, name)) {
      if (!known.isTold) tellUnknown(state, name, instances.map(instanceLabel));
      known.isTold = true;
      continue;
    }
    for (const item of instances) await runtime.removeInstance(item.id, state.signal);
    for (const network of found.networks)
      if (network.app === name) await runtime.removeNetwork(network.name, state.signal);
    log.info({ app: name, instances: instances.length }, 'what was left of a deleted app is removed');
  }
}

/** Operations outlive their app: the one that deleted it, or never brought it up, is found by the number at the end of its name. */
function wasDeleted(state: ControlState, uniqueName: string): boolean {
  const id = Number(/-(\d{1,15})$/.exec(uniqueName)?.[1] ?? '0');
  const { apps, operations } = state.deps.store;
  // Another app has that number: this one is of another database.
  if (apps.find({ kind: 'all' }, id) !== null) return false;
  return operations
    .listForApp(id, 50)
    .some(({ kind, status }) =>
      kind === 'delete' ? status === 'succeeded' : status === 'failed' || status === 'cancelled',
    );
}

function tellUnknown(state: ControlState, name: string, instances: readonly string[]): void {
  const text = `${name} is not in this database; what runs of it is left alone`;
  tell(state, null, 'instance.external', text, { app: name, instances });
}
