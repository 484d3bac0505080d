import { parseBuiltImageName } from '../../core/build/built-image-name.ts';
import type { ControlState } from '../control-state.ts';
import { buildOrder } from '../operations/build-order.ts';

/** A context that was sent waits so long for the request that builds from it. */
const contextPatienceMs = 600_000;

/**
 * Takes the names from built images that no release needs: of apps that are gone, of releases that were never stored or are not kept any more. An
 * image goes with its last name. One that a kept release of any app runs stays under whatever name it has: a later release may go on with what an
 * earlier one built, and a clone with what its original did. Apps with an open operation are left alone: it may be building.
 */
export async function sweepBuiltImages(state: ControlState): Promise<void> {
  const { store, runtime, settings } = state.deps;
  const local = await runtime.listImages(state.signal);
  const open = new Set(store.operations.listOpen().map(({ appId }) => appId));
  const used = store.releases.imagesInUse();
  for (const { imageId, names } of local) {
    const own = names.filter((name) => parseBuiltImageName(settings.prefix, name) !== null);
    for (const name of own) {
      const built = parseBuiltImageName(settings.prefix, name);
      const app = built === null ? null : store.apps.find({ kind: 'all' }, built.app);
      if (app !== null && (open.has(app.id) || built?.release === null)) continue;
      if (app !== null && store.releases.numbers(app.id).some((number) => number === built?.release))
        continue;
      if (isNeeded(name, own, used.get(imageId))) continue;
      await runtime.removeImageName(name, state.signal);
    }
  }
}

/** By a name that a release knows it by; any will do where it has none of those. */
function isNeeded(name: string, names: readonly string[], known: ReadonlySet<string> | undefined): boolean {
  return known !== undefined && (known.has(name) || !names.some((other) => known.has(other)));
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
