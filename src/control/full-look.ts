import type { App } from '../core/app/app.ts';
import type { ObservedInstance } from '../core/service/instance.ts';
import type { AppMemory } from './app-memory.ts';
import { memoryOf, type ControlState } from './control-state.ts';
import { sweepOneOffs } from './instances/sweep-one-offs.ts';
import { sweepSpares } from './ground/spare-network.ts';
import { sweepOrphans, type Orphans } from './sweep/sweep-orphans.ts';

/** One in so many apps is looked at wholly each time, its ground and the router's attachments included. */
const wholeEvery = 10;

export type FullLook = () => Promise<void>;

/**
 * What events missed: two calls to the engine (now and then a third, for one-offs), however many apps there are. An app is marked when it is not as it was last
 * seen, or was not settled; the others count as seen.
 */
export function createFullLook(state: ControlState): FullLook {
  const orphans: Orphans = new Map();
  let turn = 0;
  // What an earlier process left is there at the first look; what an engine made late is found by a later one.
  let isSwept = false;
  return async () => {
    const { store, runtime } = state.deps;
    const [observed, networks] = await Promise.all([
      runtime.observeInstances(null, state.signal),
      runtime.observeNetworks(state.signal),
    ]);
    const apps = store.apps.list({ kind: 'all' });
    const names = new Set(apps.map((app) => app.engineName));
    const instancesOf = Map.groupBy(observed, (item) => item.app);
    const takers = new Map(apps.map((app) => [app.defaultNetwork, app.engineName]));
    const networksOf = Map.groupBy(
      networks.filter((network) => network.isOwn),
      (network) => network.app ?? takers.get(network.name) ?? '',
    );
    turn = (turn + 1) % wholeEvery;
    for (const app of apps) {
      const memory = memoryOf(state, app);
      const there = new Set((networksOf.get(app.engineName) ?? []).map((network) => network.name));
      const isIntact = memory.networks.symmetricDifference(there).size === 0;
      memory.networks = there;
      if (app.id % wholeEvery === turn) forgetGround(memory);
      else if (isIntact && isAsSeen(app, memory, instancesOf.get(app.engineName) ?? [])) {
        memory.seenAt = state.deps.clock.now();
        memory.seenTick = state.deps.clock.monotonic();
        continue;
      }
      state.nudge(app.id);
    }
    const ids = new Set(apps.map((app) => app.id));
    for (const id of state.memories.keys()) if (!ids.has(id)) state.nudge(id);
    if (!isSwept || turn === 0) {
      isSwept = false;
      await sweepOneOffs(state, null);
      isSwept = true;
    }
    await sweepSpares(state, networks);
    await sweepOrphans(state, orphans, {
      instances: observed.filter((item) => !names.has(item.app)),
      networks: networks.filter(
        (network) => network.isOwn && network.app !== null && !names.has(network.app),
      ),
    });
  };
}

/** Everything an app stands on is ensured anew at its next look. */
function forgetGround(memory: AppMemory): void {
  memory.routerNetworks.clear();
  memory.volumes.clear();
}

function isAsSeen(app: App, memory: AppMemory, observed: readonly ObservedInstance[]): boolean {
  if (memory.plan?.isSettled !== true || memory.lookTrouble !== null || app.intent === 'deleted')
    return false;
  const sorted = (list: readonly ObservedInstance[]): string =>
    JSON.stringify(list.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  return sorted(memory.observed) === sorted(observed);
}
