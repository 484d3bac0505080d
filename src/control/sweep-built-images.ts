import { parseBuiltImageName } from '../core/build/built-image-name.ts';
import type { ControlState } from './control-state.ts';
import { buildOrder } from './operations/build-order.ts';

/** A context that was sent waits so long for the request that builds from it. */
const contextPatienceMs = 600_000;

/**
 * Takes the names from built images that no release needs: of apps that are gone, of releases that were never stored. An image
 * goes with its last name. Apps with an open operation are left alone: it may be building.
 */
export async function sweepBuiltImages(state: ControlState): Promise<void> {
  const { store, runtime, settings } = state.deps;
  const open = new Set(store.operations.listOpen().map(({ appId }) => appId));
  const releasesOf = new Map<number, Set<number>>();
  for (const name of (await runtime.listImages(state.signal)).flatMap(({ names }) => names)) {
    const built = parseBuiltImageName(settings.prefix, name);
    if (built === null) continue;
    const app = store.apps.find({ kind: 'all' }, built.app);
    if (app !== null && (open.has(app.id) || built.release === null)) continue;
    if (app !== null) {
      const known =
        releasesOf.get(app.id) ?? new Set(store.releases.list(app.id).map(({ number }) => number));
      releasesOf.set(app.id, known);
      if (built.release !== null && known.has(built.release)) continue;
    }
    await runtime.removeImageName(name, state.signal);
  }
}

/** Removes build contexts that no open operation builds from. */
export async function sweepContexts(state: ControlState): Promise<void> {
  const { store, contexts, clock } = state.deps;
  const inUse = store.operations.listOpen().flatMap(({ id, userId }) => {
    const order = buildOrder.safeParse(store.operations.input(id));
    return order.success
      ? Object.values(order.data.builds).map(({ context }) => ({ ownerId: userId, id: context }))
      : [];
  });
  await contexts.sweep({ inUse, before: clock.now() - contextPatienceMs });
}

/** Both, after an operation that may have left something; trouble is logged and seen to the next time. */
export async function sweepBuilds(state: ControlState): Promise<void> {
  try {
    await sweepContexts(state);
    await sweepBuiltImages(state);
  } catch (error) {
    if (!state.signal.aborted) state.deps.log.warn({ err: error }, 'what builds left was not removed');
  }
}
