import type { App } from '../core/app/app.ts';
import { instanceLabel, type ObservedInstance } from '../core/service/instance.ts';
import { instanceMemory, type AppMemory } from './app-memory.ts';
import { tell, type ControlState } from './control-state.ts';

/** What served before a restart of Crane, at the same address, goes on serving until its probe disagrees. */
export function adoptPublished(memory: AppMemory, observed: readonly ObservedInstance[], tick: number): void {
  const { adopted } = memory;
  if (adopted === null) return;
  memory.adopted = null;
  for (const item of observed.filter((each) => each.state === 'running')) {
    const known = instanceMemory(memory, item.id);
    known.mayServe = true;
    const address = adopted.get(instanceLabel(item));
    if (address === undefined || !Object.values(item.addresses).includes(address)) continue;
    known.isReady = true;
    known.readySince = tick;
    known.startedAt = item.startedAt;
    memory.routed.set(item.id, instanceLabel(item));
  }
}

/** Instances that vanished without our doing were taken by somebody else. */
export function noteChanges(
  state: ControlState,
  app: App,
  memory: AppMemory,
  observed: readonly ObservedInstance[],
): void {
  const ids = new Set(observed.map((item) => item.id));
  for (const [id, { label, since }] of memory.known) {
    // Made after this look began: it cannot be seen yet.
    if (ids.has(id) || since >= memory.looks) continue;
    const known = memory.instances.get(id);
    known?.stopProbing?.abort();
    memory.instances.delete(id);
    memory.known.delete(id);
    if (known?.busy !== 'retiring' && app.intent !== 'deleted')
      tell(state, app, 'instance.external', `${label} was removed from outside`, { instance: label });
  }
  for (const item of observed) memory.known.set(item.id, { label: instanceLabel(item), since: 0 });
  // A volume that nobody uses can be removed by hand; it is looked for again at the next start.
  if (app.intent !== 'running') memory.volumes.clear();
  memory.observed = observed;
}
