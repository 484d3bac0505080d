import { z } from 'zod';
import { checkDeployable } from '../../actions/plan-deployment.ts';
import { storedSecrets } from '../../actions/stored-secrets.ts';
import type { Release, ResolvedImage } from '../../core/app/app.ts';
import type { ComposeProject } from '../../core/compose/compose-project.ts';
import { renderCompose } from '../../core/compose/render-compose.ts';
import type { Position } from '../../core/compose/positions.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { OperationContext } from './operation-kind.ts';
import { buildOrder } from './build-order.ts';
import { checkSurroundings } from './check-surroundings.ts';
import { composeSchema } from './compose-schema.ts';
import { layEarly } from './lay-early.ts';
import { resolveImages, type ImageOrder } from './resolve-images.ts';
import { admitContent } from './admit-content.ts';
import { scanImages } from './scan-images.ts';
import { storeCanary } from './store-canary.ts';
import { storeRelease } from './store-release.ts';

const pull = z.enum(['missing', 'always', 'never']);
const resolvedImage = z.object({ ref: z.string(), imageId: z.string(), repoDigest: z.string().nullable() });
/** What was queued by deploy-app.ts, clone-app.ts, change-release.ts and roll-back-app.ts, read back from the store. */
const orderSchema = z.union([
  buildOrder.extend({ compose: composeSchema, pull, canary: z.number().exactOptional() }),
  buildOrder.extend({
    project: z.custom<ComposeProject>((value) => typeof value === 'object' && value !== null),
    pull,
    /** Images of services that are built, taken over from the app that was cloned. */
    built: z.record(z.string(), resolvedImage).exactOptional(),
    secrets: z.record(z.string(), z.string()).exactOptional(),
    root: z.string().nullable().exactOptional(),
    kept: z
      .object({ images: z.record(z.string(), resolvedImage), replicas: z.array(z.string()) })
      .exactOptional(),
  }),
  z.object({ release: z.number() }),
]);

type Content = Pick<Release, 'project' | 'images' | 'restarts' | 'root'> & {
  /** Where the person's file says what. */
  positions?: ReadonlyMap<string, Position>;
  secrets: Readonly<Record<string, string>>;
  /** Services that stay at the size they have. */
  keptReplicas?: readonly string[];
};

/** Stores the release to be brought up and returns its number: from compose files, a resolved model, or a kept release. */
export async function prepareRelease(context: OperationContext): Promise<number> {
  const { crashPoint } = context.state.deps;
  const content = await findContent(context);
  crashPoint('deploy.images-resolved');
  await scanImages(context, content.images);
  crashPoint('deploy.images-scanned');
  const { positions: _told, ...kept } = content;
  await admitContent(context, content);
  const order = orderSchema.parse(context.input);
  const weight = 'compose' in order ? order.canary : undefined;
  const release = weight === undefined ? storeRelease(context, kept) : storeCanary(context, kept, weight);
  crashPoint('deploy.release-stored');
  return release;
}

async function findContent(context: OperationContext): Promise<Content> {
  const order = orderSchema.parse(context.input);
  if ('release' in order) return findKept(context, order.release);
  const checked =
    'compose' in order
      ? checkDeployable(order.compose, context.app.engineName)
      : { ...order, positions: null };
  const { project, positions } = checked;
  const secrets = { ...checked.secrets, ...storedSecrets(context.state.deps.store, context.app, project) };
  await checkSurroundings(context, project);
  layEarly(context, project);
  const { state, app, report } = context;
  report('compose', 'done', `${Object.keys(project.services).length} service(s)`, {
    services: Object.keys(project.services),
  });
  const path = await state.deps.workFiles.write(app.engineName, renderCompose(project));
  state.deps.log.debug({ app: app.uniqueName, path }, 'compose file generated');
  const kept = 'kept' in order ? order.kept : undefined;
  const images = await resolveOthers(context, project, order, kept?.images ?? {});
  return {
    project,
    images,
    restarts: [],
    secrets,
    root: rootOf(context, order),
    keptReplicas: kept?.replicas ?? [],
    ...(positions === null ? {} : { positions }),
  };
}

/** The folder of the file; what changes or clones a release keeps the folder of that. */
function rootOf({ state, app }: OperationContext, order: z.output<typeof orderSchema>): string | null {
  if ('compose' in order) return order.compose.directory ?? null;
  const { store } = state.deps;
  const current = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  return ('root' in order ? order.root : undefined) ?? current?.root ?? null;
}

/** Images of what changes; the others stay the very ones they were, wherever their tags point by now. */
async function resolveOthers(
  context: OperationContext,
  project: ComposeProject,
  order: ImageOrder,
  kept: Readonly<Record<string, ResolvedImage>>,
): Promise<Record<string, ResolvedImage>> {
  const names = Object.keys(project.services);
  const others = Object.entries(project.services).filter(([name]) => kept[name] === undefined);
  for (const name of names) {
    const image = kept[name];
    if (image !== undefined) await findKeptImage(context, image, context.signal);
  }
  const found = await resolveImages(context, { ...project, services: Object.fromEntries(others) }, order);
  return { ...kept, ...found };
}

/** The very images of then: by id where they are still here, else pulled by digest. */
async function findKept(context: OperationContext, number: number): Promise<Content> {
  const { state, app, report, signal } = context;
  const kept = state.deps.store.releases.find(app.id, number);
  if (kept === null) throw new CraneError('release.not_found', `${app.uniqueName} has no release ${number}.`);
  await checkSurroundings(context, kept.project);
  report('release', 'done', `back to release ${number}`, { release: number });
  for (const [service, image] of Object.entries(kept.images)) {
    report(`image.${service}`, 'started', `looking for ${image.imageId.slice(0, 19)}`);
    await findKeptImage(context, image, signal);
    report(`image.${service}`, 'done', `${image.ref} is ${image.imageId.slice(0, 19)}`);
  }
  const secrets = state.deps.store.releases.secrets(app.id, number);
  return { project: kept.project, images: kept.images, restarts: [], secrets, root: kept.root ?? null };
}

async function findKeptImage(
  { state }: OperationContext,
  image: ResolvedImage,
  signal: AbortSignal,
): Promise<void> {
  const { runtime } = state.deps;
  try {
    await runtime.resolveImage({ ref: image.imageId, pull: 'never' }, signal);
  } catch (error) {
    if (!(error instanceof CraneError) || error.code !== 'image.not_found' || image.repoDigest === null)
      throw error;
    const pulled = await runtime.resolveImage({ ref: image.repoDigest, pull: 'missing' }, signal);
    if (pulled.imageId !== image.imageId)
      throw new CraneError(
        'image.not_found',
        {
          message: `${image.repoDigest} is no longer the image of that release.`,
          fix: 'Choose another release.',
        },
        { cause: error },
      );
  }
}
