import type { App } from '../core/app/app.ts';
import type { RuntimeEvent } from '../core/port/runtime.ts';
import type { ControlState } from './control-state.ts';

/** An engine event only marks its app dirty; after a gap in the stream everything is looked at. */
export async function watchEngine(state: ControlState, lookAtAll: () => void): Promise<void> {
  const { runtime, clock, log } = state.deps;
  while (!state.signal.aborted) {
    try {
      for await (const event of runtime.watch(state.signal)) note(state, event, lookAtAll);
    } catch (error) {
      if (state.signal.aborted) return;
      log.warn({ err: error }, 'engine events ended');
    }
    await clock.wait(1_000, state.signal);
  }
}

function note(state: ControlState, event: RuntimeEvent, lookAtAll: () => void): void {
  if (event.kind === 'reconnected') return lookAtAll();
  const app = appOf(state, event);
  if (app === null) return noteRouter(state, event);
  const memory = state.memories.get(app.id);
  const known = event.id === null ? undefined : memory?.instances.get(event.id);
  // Who stopped it shows only in the event; all else is looked at.
  if (event.kind === 'killed' && known !== undefined && known.busy !== 'retiring')
    known.isStoppedOutside = true;
  // Something joined or left a network that is no instance: the router, perhaps.
  if (event.kind === 'network' && known === undefined) memory?.routerNetworks.clear();
  state.nudge(app.id);
}

/** The labels of a network made ahead name no app. */
function appOf({ deps: { store } }: ControlState, { app, network }: RuntimeEvent): App | null {
  if (app !== null) return store.apps.find({ kind: 'all' }, app);
  if (network === undefined) return null;
  return store.apps.list({ kind: 'all' }).find(({ defaultNetwork }) => defaultNetwork === network) ?? null;
}

/** A router that was made anew is on none of the apps' networks. */
function noteRouter(state: ControlState, event: RuntimeEvent): void {
  const isRouter = event.instance === state.deps.settings.routerContainer;
  if (!isRouter || (event.kind !== 'created' && event.kind !== 'started')) return;
  for (const [appId, memory] of state.memories) {
    memory.routerNetworks.clear();
    state.nudge(appId);
  }
}
