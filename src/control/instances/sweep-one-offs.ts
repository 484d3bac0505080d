import type { ControlState } from '../control-state.ts';

/**
 * One-off instances live as long as somebody follows them in this process. What another process left (it was killed), and those of apps that are
 * being deleted, are removed. Names are noted before anything is made, so what is not live once it was listed never will be.
 */
export async function sweepOneOffs(state: ControlState, app: string | null): Promise<void> {
  const { runtime, store, log } = state.deps;
  for (const item of await runtime.observeOneOffs(app, state.signal)) {
    const intent = store.apps.find({ kind: 'all' }, item.app)?.intent ?? 'deleted';
    if (state.oneOffs.isLive(item.name) && intent !== 'deleted') continue;
    await runtime.removeInstance(item.id, state.signal);
    log.info({ app: item.app, instance: item.name }, 'a one-off instance that nobody follows is removed');
  }
}
