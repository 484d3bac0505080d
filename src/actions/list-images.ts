import { isBuiltImageName } from '../core/build/built-image-name.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

export type ImageUse = {
  app: string;
  service: string;
  /** Releases that run it, oldest first. */
  releases: number[];
  /** The app's current release is one of them. */
  isCurrent: boolean;
};

export type ImageView = {
  /** As the newest release that runs it names it. */
  image: string;
  imageId: string;
  isBuilt: boolean;
  /** Null when it is not on this machine any more. */
  sizeBytes: number | null;
  createdAt: number | null;
  usedBy: ImageUse[];
};

/** The images of the apps that the actor may see, newest first: what they are, and which releases need them. */
export async function listImages(
  deps: ActionDeps,
  actor: Actor,
  input: { app?: string },
  signal?: AbortSignal,
): Promise<ImageView[]> {
  const apps =
    input.app === undefined ? deps.store.apps.list(scopeOf(actor)) : [findApp(deps, actor, input.app)];
  const found = new Map<string, Pick<ImageView, 'image' | 'usedBy'>>();
  for (const app of apps)
    for (const release of deps.store.releases.list(app.id))
      for (const [service, { imageId, ref }] of Object.entries(release.images)) {
        const image = found.get(imageId) ?? { image: ref, usedBy: [] };
        found.set(imageId, { ...image, image: ref });
        const use = useOf(image.usedBy, app.uniqueName, service);
        use.releases.push(release.number);
        use.isCurrent ||= release.number === app.releaseNumber;
      }
  const local = new Map((await deps.runtime.listImages(signal)).map((image) => [image.imageId, image]));
  const views = await Promise.all(
    [...found].map(async ([imageId, { image, usedBy }]): Promise<ImageView> => {
      // An image whose names a newer one took has none left; it is asked for alone.
      const { sizeBytes, createdAt } = local.get(imageId) ?? (await factsOf(deps, imageId, signal));
      return { image, imageId, isBuilt: isBuiltImageName(image), sizeBytes, createdAt, usedBy };
    }),
  );
  return views.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
}

function useOf(uses: ImageUse[], app: string, service: string): ImageUse {
  const known = uses.find((use) => use.app === app && use.service === service);
  if (known !== undefined) return known;
  const fresh: ImageUse = { app, service, releases: [], isCurrent: false };
  uses.push(fresh);
  return fresh;
}

async function factsOf(
  { runtime }: Pick<ActionDeps, 'runtime'>,
  imageId: string,
  signal?: AbortSignal,
): Promise<Pick<ImageView, 'sizeBytes' | 'createdAt'>> {
  try {
    const { sizeBytes, createdAt } = await runtime.imageFacts(imageId, signal);
    return { sizeBytes, createdAt };
  } catch (error) {
    if (error instanceof CraneError && error.code === 'image.not_found')
      return { sizeBytes: null, createdAt: null };
    throw error;
  }
}
