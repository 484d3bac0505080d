import type { App } from '../../core/app/app.ts';
import type { AppMemory } from '../app-memory.ts';
import type { ControlState } from '../control-state.ts';

/**
 * Removes networks that the app has no use for any more, within its look, so that nothing asks for one of them meanwhile. What somebody else
 * runs on (a one-off, a container joined by hand) stays; the next full look finds it again.
 */
export async function clearGround(
  state: ControlState,
  app: App,
  memory: AppMemory,
  networks: readonly string[],
): Promise<void> {
  // The router may be about to join one of them.
  if (memory.joining !== null) return;
  const { runtime, settings, log } = state.deps;
  for (const network of networks) {
    memory.networks.delete(network);
    try {
      const isGone = await runtime.removeIdleNetwork(network, settings.routerContainer, state.signal);
      if (!isGone) continue;
      memory.routerNetworks.delete(network);
      log.info({ app: app.uniqueName, network }, 'a network without use is removed');
    } catch (error) {
      state.signal.throwIfAborted();
      // Half done, it may have taken the router away.
      memory.routerNetworks.delete(network);
      log.warn({ app: app.uniqueName, network, err: error }, 'a network without use could not be removed');
    }
  }
}
