import { CraneError } from '../../core/error/crane-error.ts';
import { refuseConflicts } from '../../actions/refuse-conflicts.ts';
import type { OperationContext } from './operation-kind.ts';
import { canBeCanary } from '../release-cache.ts';
import { requireApp, versionsOf, type storeRelease } from './store-release.ts';

/**
 * Stores a release that gets a share of the requests beside the app's own, which stays. Returns its number; rejects
 * (`app.conflict`) when no routed service of it differs. A canary before this one makes way.
 */
export function storeCanary(
  context: OperationContext,
  { secrets, keptReplicas: _ownReplicas, ...content }: Parameters<typeof storeRelease>[1],
  weight: number,
): number {
  const { state, app, operation } = context;
  const { store, clock } = state.deps;
  try {
    return store.transaction(() => {
      const now = requireApp(context);
      refuseConflicts(state.deps, now, content);
      const secretVersions = versionsOf(context, secrets);
      const made = { appId: app.id, ...content, secretVersions, createdAt: clock.now() };
      const release = store.releases.create({ ...made, createdBy: operation.userId }, secrets);
      const own = state.releases.find(now, now.releaseNumber)?.known;
      const newer = state.releases.find(now, release.number)?.known ?? new Map();
      if (![...newer].some(([service, known]) => canBeCanary(own?.get(service), known)))
        throw new CraneError('app.conflict', {
          message: `No routed service of ${now.uniqueName} would differ, so there is nothing to try.`,
          fix: 'Deploy it without a canary: services without a route change at once, or when a canary is promoted.',
        });
      store.canaries.set(app.id, { release: release.number, weight });
      store.operations.update(operation.id, { result: { release: release.number } });
      return release.number;
    });
  } catch (error) {
    // What was read of a release that is not stored must not be taken for the next one of that number.
    state.releases.forget(app.id);
    throw error;
  }
}
