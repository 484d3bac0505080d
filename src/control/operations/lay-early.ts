import type { ComposeProject } from '../../core/compose/compose-project.ts';
import { desireRoutes, networkName } from '../../core/route/desire-routes.ts';
import { launch, memoryOf } from '../control-state.ts';
import { usedNetworks } from '../desire-app.ts';
import { joinRouter, makeNetwork } from '../lay-ground.ts';
import type { OperationContext } from './operation-kind.ts';

/**
 * Makes the networks of a new app, and brings the router onto them, while its images are looked for and scanned: making one takes the
 * engine as long as all the rest of a deployment's preparation. Nothing depends on it: what is not there when instances are to start is made
 * then, and what fails here is told then. A deployment that ends without a release takes them away again (`removeEarly`).
 */
export function layEarly(context: OperationContext, project: ComposeProject): void {
  const { state, app } = context;
  const { prefix } = state.deps.settings;
  if (app.releaseNumber !== null || state.deps.store.releases.list(app.id).length > 0) return;
  const memory = memoryOf(state, app);
  const names = usedNetworks({ project }).map((name) => networkName(prefix, app.engineName, project, name));
  const routed = new Set(desireRoutes(app, project, prefix).map(({ network }) => network));
  const laid = Promise.withResolvers<void>();
  context.early = laid.promise;
  launch(state, app, 'make networks early', async () => {
    try {
      for (const name of names) await makeNetwork(state, app, memory, { project, name });
      const joined = names.filter((name) => routed.has(name));
      if (joined.length > 0) joinRouter(state, app, memory, joined);
    } catch (error) {
      state.signal.throwIfAborted();
      state.deps.log.debug({ app: app.uniqueName, err: error }, 'networks could not be made early');
    } finally {
      laid.resolve();
    }
  });
}

/** After a first deployment that left no app behind. What a crash leaves is swept with the orphans. */
export async function removeEarly({ state, app, early }: OperationContext): Promise<void> {
  const { store, runtime, log } = state.deps;
  await early;
  if (early === undefined || store.apps.find({ kind: 'all' }, app.id) !== null) return;
  try {
    for (const network of await runtime.observeNetworks(state.signal))
      if (network.isOwn && network.app === app.engineName)
        await runtime.removeNetwork(network.name, state.signal);
  } catch (error) {
    log.warn(
      { app: app.uniqueName, err: error },
      'the networks of an app that did not come to be are left to the next sweep',
    );
  }
}
