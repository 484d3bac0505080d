import type { Release } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { diffRelease, type ReleaseDiff } from '../core/plan/diff-release.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

export type ReleaseView = {
  number: number;
  createdAt: number;
  createdBy: string;
  /** Is what the app should run now; was found stable. */
  isCurrent: boolean;
  isStable: boolean;
  images: { service: string; ref: string; imageId: string; digest: string | null }[];
  /** Against the release before it. */
  changes: ReleaseDiff;
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
  const releases = [...deps.store.releases.list(app.id)].sort((a, b) => a.number - b.number);
  return releases
    .map((release, index) => ({
      number: release.number,
      createdAt: release.createdAt,
      createdBy: deps.store.users.find(release.createdBy)?.name ?? 'unknown',
      isCurrent: release.number === app.releaseNumber,
      isStable: release.number === app.stableReleaseNumber,
      images: Object.entries(release.images).map(([service, image]) => ({
        service,
        ref: image.ref,
        imageId: image.imageId,
        digest: image.repoDigest,
      })),
      changes: diffRelease({
        prefix: deps.settings.prefix,
        app: app.engineName,
        from: releases[index - 1] ?? null,
        to: release,
      }),
      restarts: release.restarts,
    }))
    .toReversed();
}

/** One release of the app, by number. */
export function findRelease(
  deps: Pick<ActionDeps, 'store'>,
  app: { id: number; uniqueName: string },
  number: number,
): Release {
  const release = deps.store.releases.find(app.id, number);
  if (release !== null) return release;
  const known = deps.store.releases.list(app.id).map((item) => item.number);
  throw new CraneError('release.not_found', {
    message: `${app.uniqueName} has no release ${number}.`,
    fix: known.length === 0 ? 'It was never deployed.' : `Its releases are ${known.join(', ')}.`,
  });
}
