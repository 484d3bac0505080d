import type { App, Release } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { diffRelease, type ReleaseDiff } from '../core/plan/diff-release.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { networkOwner } from '../core/route/desire-routes.ts';

export type ReleaseView = {
  number: number;
  createdAt: number;
  createdBy: string;
  /** Is what the app should run now; was found stable. */
  isCurrent: boolean;
  isStable: boolean;
  /** Its deployment was made to stop before its next step. */
  isPaused: boolean;
  images: { service: string; ref: string; imageId: string; digest: string | null }[];
  /** Against the release before it; null when that one is not kept any more. */
  changes: ReleaseDiff | null;
  /** Services whose instances were replaced although nothing differs. */
  restarts: readonly string[];
};

/** The app's releases, newest first: who, when, what changed. */
export function listReleases(
  deps: Pick<ActionDeps, 'store' | 'settings'>,
  actor: Actor,
  input: { app: string },
): ReleaseView[] {
  const app = findApp(deps, actor, input.app);
  const releases = deps.store.releases.list(app.id);
  const byNumber = new Map(releases.map((release) => [release.number, release]));
  const isPaused = deps.store.pauses.find(app.id) !== null;
  return releases
    .map((release) => ({
      number: release.number,
      createdAt: release.createdAt,
      createdBy: deps.store.users.find(release.createdBy)?.name ?? 'unknown',
      isCurrent: release.number === app.releaseNumber,
      isStable: release.number === app.stableReleaseNumber,
      isPaused: isPaused && release.number === app.releaseNumber,
      images: Object.entries(release.images).map(([service, image]) => ({
        service,
        ref: image.ref,
        imageId: image.imageId,
        digest: image.repoDigest,
      })),
      changes: changesOf(deps, app, release, byNumber.get(release.number - 1) ?? null),
      restarts: release.restarts,
    }))
    .toReversed();
}

function changesOf(
  { settings }: Pick<ActionDeps, 'settings'>,
  app: App,
  to: Release,
  from: Release | null,
): ReleaseDiff | null {
  if (from === null && to.number > 1) return null;
  return diffRelease({ ...networkOwner(settings.prefix, app), from, to });
}

/** One release of the app, by number. */
export function findRelease(
  deps: Pick<ActionDeps, 'store'>,
  app: { id: number; uniqueName: string },
  number: number,
): Release {
  const release = deps.store.releases.find(app.id, number);
  if (release !== null) return release;
  const known = deps.store.releases.numbers(app.id);
  const isForgotten = number > 0 && number < (known.at(-1) ?? 0);
  const kept = `Kept are ${known.join(', ')}; how many is set by CRANE_KEEP_RELEASES.`;
  throw new CraneError('release.not_found', {
    message: `${app.uniqueName} ${isForgotten ? `does not keep release ${number} any more` : `has no release ${number}`}.`,
    fix:
      known.length === 0
        ? 'It was never deployed.'
        : isForgotten
          ? kept
          : `Its releases are ${known.join(', ')}.`,
  });
}
