import { forgottenReleases } from '../../core/app/forgotten-releases.ts';
import type { ControlState } from '../control-state.ts';

/**
 * Forgets releases of an app beyond those that are kept. Nothing while something is under way that may go back to one of them. What was built
 * for them goes with the next sweep of images.
 */
export function forgetReleases(state: ControlState, appId: number): void {
  const { store, settings, log } = state.deps;
  const forgotten = store.transaction(() => {
    const app = store.apps.find({ kind: 'all' }, appId);
    const isBusy = store.operations.listOpen().some((open) => open.appId === appId && open.kind !== 'load');
    if (app === null || app.intent === 'deleted' || isBusy) return [];
    const numbers = forgottenReleases({
      numbers: store.releases.numbers(appId),
      keep: settings.keptReleases,
      inUse: [
        app.releaseNumber,
        app.stableReleaseNumber,
        store.canaries.find(appId)?.release ?? null,
        ...(state.memories.get(appId)?.observed ?? []).map(({ release }) => release),
      ],
    });
    for (const number of numbers) store.releases.remove(appId, number);
    return numbers;
  });
  if (forgotten.length > 0) log.info({ appId, releases: forgotten }, 'old releases are forgotten');
}
