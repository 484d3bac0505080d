import type { ControlState } from '../control-state.ts';

/** A deletion that ended badly is not asked for again sooner than this, milliseconds. */
const retryMs = 30_000;

/**
 * Nothing is being deleted for ever: where the deletion of an app ended without it, another one is begun. Volumes that were
 * named then stay: what was ordered is forgotten with the end of an operation, and data goes by a person's word only.
 */
export function resumeDeletions({ deps }: ControlState): void {
  const { store, clock, newId, log } = deps;
  for (const app of store.apps.list({ kind: 'all' })) {
    if (app.intent !== 'deleted') continue;
    const orders = store.operations.listForApp(app.id, 50).filter((item) => item.kind === 'delete');
    const last = orders[0];
    if (orders.some(({ endedAt }) => endedAt === null || clock.now() - endedAt < retryMs)) continue;
    store.operations.create({
      id: newId('op'),
      kind: 'delete',
      appId: app.id,
      userId: last?.userId ?? app.ownerId,
      at: clock.now(),
      input: { volumes: [] },
    });
    log.warn(
      { app: app.uniqueName, before: last?.id ?? null },
      'a deletion that had ended without its app goes on',
    );
  }
}
