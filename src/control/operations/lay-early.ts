import type { ComposeProject } from '../../core/compose/compose-project.ts';
import { desireRoutes, networkName, networkOwner } from '../../core/route/desire-routes.ts';
import { launch, memoryOf } from '../control-state.ts';
import { usedNetworks } from '../desire-app.ts';
import { joinRouter } from '../ground/lay-ground.ts';
import { makeNetwork } from '../ground/make-network.ts';
import type { OperationContext } from './operation-kind.ts';
import { isOfApp, takeSpare } from '../ground/spare-network.ts';

/**
 * Brings a new app to its networks, and the router onto them, while its images are looked for and scanned: making one takes the
 * engine as long as all the rest of a deployment's preparation, unless one was made ahead. Nothing depends on it: what is not there when
 * instances are to start is made then, and what fails here is told then. A deployment that ends without a release takes them away
 * again (`removeEarly`).
 */
export function layEarly(context: OperationContext, project: ComposeProject): void {
  const { state } = context;
  if (context.app.releaseNumber !== null || state.deps.store.releases.list(context.app.id).length > 0) return;
  const memory = memoryOf(state, context.app);
  const taker = takeSpare(state, context.app, project);
  if (taker !== null) {
    context.app = taker;
    memory.networks.add(taker.defaultNetwork ?? '');
  }
  const { missing, routed } = networksOf(context, project);
  const laid = Promise.withResolvers<void>();
  context.early = laid.promise;
  launch(state, context.app, 'make networks early', async () => {
    try {
      for (const name of missing) await makeNetwork(state, context.app, memory, { project, name });
      // Also onto one that it was on when that was made: it may have been made anew since.
      if (routed.length > 0) joinRouter(state, context.app, memory, routed);
    } catch (error) {
      state.signal.throwIfAborted();
      state.deps.log.debug({ app: context.app.uniqueName, err: error }, 'networks could not be made early');
    } finally {
      laid.resolve();
    }
  });
}

/** The engine's names of the networks of the app's own that are not there yet, and of those that the router is to join. */
function networksOf(
  { state, app }: OperationContext,
  project: ComposeProject,
): { missing: string[]; routed: string[] } {
  const { prefix } = state.deps.settings;
  const names = usedNetworks({ project }).map((name) =>
    networkName(networkOwner(prefix, app), project, name),
  );
  const routed = new Set(desireRoutes(app, project, prefix).map(({ network }) => network));
  return {
    missing: names.filter((name) => !memoryOf(state, app).networks.has(name)),
    routed: names.filter((name) => routed.has(name)),
  };
}

/** After a first deployment that left no app behind. What a crash leaves is swept with the orphans. */
export async function removeEarly({ state, app, early }: OperationContext): Promise<void> {
  const { store, runtime, log } = state.deps;
  await early;
  if (early === undefined || store.apps.find({ kind: 'all' }, app.id) !== null) return;
  try {
    for (const network of await runtime.observeNetworks(state.signal))
      if (isOfApp(app, network)) await runtime.removeNetwork(network.name, state.signal);
  } catch (error) {
    log.warn(
      { app: app.uniqueName, err: error },
      'the networks of an app that did not come to be are left to the next sweep',
    );
  }
}
