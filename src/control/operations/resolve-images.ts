import type { ResolvedImage } from '../../core/app/app.ts';
import { builtImageName, isBuiltImageName } from '../../core/build/built-image-name.ts';
import { decideImage, type PullPolicy } from '../../core/build/decide-image.ts';
import { isPullDue } from '../../core/build/pull-interval.ts';
import type { ComposeProject, ComposeService } from '../../core/compose/compose-project.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { tell } from '../control-state.ts';
import type { OperationContext } from './operation-kind.ts';
import type { BuildOrder } from './build-order.ts';
import { buildService } from './build-service.ts';

export type ImageOrder = BuildOrder & {
  pull: PullPolicy;
  /** Images that another app built, taken over instead of building: of a clone. */
  built?: Readonly<Record<string, ResolvedImage>>;
};

/** Every service's image as a content-addressed id: found, pulled or built as the file and the person say, with progress. */
export async function resolveImages(
  context: OperationContext,
  project: ComposeProject,
  order: ImageOrder,
): Promise<Record<string, ResolvedImage>> {
  const images: Record<string, ResolvedImage> = {};
  for (const [name, spec] of Object.entries(project.services))
    images[name] = await resolveService(context, name, spec, order);
  return images;
}

async function resolveService(
  context: OperationContext,
  name: string,
  spec: ComposeService,
  order: ImageOrder,
): Promise<ResolvedImage> {
  const taken = order.built?.[name];
  if (taken !== undefined) return takeOver(context, name, taken);
  const decision = decideImage(spec, order);
  if (decision === null)
    throw new CraneError('compose.unsupported', {
      message: `services.${name}: neither an image nor a build is given.`,
      fix: 'Name an image with image:, or a folder with build:.',
    });
  if (decision.kind === 'pull') return pullRefreshing(context, name, spec, decision);
  const build = async (): Promise<ResolvedImage> =>
    asBefore(context, name, await buildService(context, name, spec, order, nextRelease(context)));
  if (decision.kind === 'build') return build();
  try {
    return await pullRefreshing(context, name, spec, decision);
  } catch (error) {
    if (!(error instanceof CraneError) || !/^image\.(not_found|pull_failed)$/.test(error.code)) throw error;
    context.report(`image.${name}`, 'done', `${decision.ref} is not to be had: it is built`);
    return build();
  }
}

/**
 * As it was decided; where the service's own interval is over, the registry is asked first. When that fails, what is on this machine does: an
 * interval is a wish for something newer, not a condition.
 */
async function pullRefreshing(
  context: OperationContext,
  name: string,
  spec: ComposeService,
  { ref, pull }: { ref: string; pull: PullPolicy },
): Promise<ResolvedImage> {
  const { store, clock } = context.state.deps;
  const wanted = { ref, pull, ...platformOf(spec) };
  const lastAt = store.pulls.lastAt(ref, spec.platform ?? null);
  const { pull_policy: policy, pull_refresh_after: after } = spec;
  if (pull !== 'missing' || !isPullDue({ policy, after, lastAt, now: clock.now() }))
    return pullService(context, name, wanted);
  try {
    return await pullService(context, name, { ...wanted, pull: 'always' });
  } catch (error) {
    if (!(error instanceof CraneError) || !/^image\.(not_found|pull_failed)$/.test(error.code)) throw error;
    context.report(`image.${name}`, 'progress', `no newer ${ref} could be had: ${error.message}`);
    return pullService(context, name, wanted);
  }
}

export function platformOf({ platform }: { platform?: string | undefined }): { platform?: string } {
  return platform === undefined ? {} : { platform };
}

export async function pullService(
  { state, app, report, signal }: OperationContext,
  name: string,
  { ref, pull, platform }: { ref: string; pull: PullPolicy; platform?: string },
): Promise<ResolvedImage> {
  report(`image.${name}`, 'started', `resolving ${ref}`);
  let last = '';
  const image = await state.deps.runtime.resolveImage(
    {
      ref,
      pull,
      ...platformOf({ platform }),
      onProgress: ({ layer, status, doneBytes, totalBytes }) => {
        if (status === last && doneBytes === null) return;
        last = status;
        report(`image.${name}`, 'progress', `${layer} ${status}`, { layer, doneBytes, totalBytes });
      },
    },
    signal,
  );
  const { store, clock } = state.deps;
  if (pull === 'always') store.pulls.record(ref, platform ?? null, clock.now());
  const text = `${ref} is ${image.imageId.slice(0, 19)}`;
  report(`image.${name}`, 'done', text, { ref, imageId: image.imageId, digest: image.repoDigest });
  tell(state, app, 'image.resolved', `${name}: ${text}`, { service: name, ref, imageId: image.imageId });
  return image;
}

/** The image of another app's release under a name of this app's own, so that neither goes with the other. */
async function takeOver(
  context: OperationContext,
  service: string,
  { imageId }: ResolvedImage,
): Promise<ResolvedImage> {
  const { state, app, report, signal } = context;
  const { runtime, settings } = state.deps;
  const release = nextRelease(context);
  const ref = builtImageName({ prefix: settings.prefix, app: app.engineName, service, release });
  await runtime.resolveImage({ ref: imageId, pull: 'never' }, signal);
  await runtime.nameImage(imageId, ref, signal);
  report(`image.${service}`, 'done', `${ref} is ${imageId.slice(0, 19)}`, { ref, imageId });
  return { ref, imageId, repoDigest: null };
}

/** A build that gave the image of the current release changes nothing: it is called as it was. */
function asBefore({ state, app }: OperationContext, service: string, built: ResolvedImage): ResolvedImage {
  const { store } = state.deps;
  const current = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  const image = current?.images[service];
  return image?.imageId === built.imageId && isBuiltImageName(image.ref) ? image : built;
}

/** The number that the release will have: one deployment of an app is under way at a time. */
function nextRelease({ state, app }: OperationContext): number {
  const numbers = state.deps.store.releases.list(app.id).map(({ number }) => number);
  return Math.max(0, ...numbers) + 1;
}
