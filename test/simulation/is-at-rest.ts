import type { World } from '../factories/control.ts';

/** Whether nothing is left to do: no operation, no open effect, every app as it is to be. */
export function isAtRest(world: World): boolean {
  const apps = world.store.apps.list({ kind: 'all' });
  return (
    world.store.operations.listOpen().length === 0 &&
    world.store.decisions.pendingEffects().length === 0 &&
    apps.every((app) => isDone(world, app.id))
  );
}

function isDone(world: World, appId: number): boolean {
  const { state, instances } = world.control().observed.app(appId);
  return (
    ['running', 'stopped', 'failed'].includes(state) &&
    instances.every((item) => item.health === 'ready') &&
    (state !== 'stopped' || instances.length === 0)
  );
}
