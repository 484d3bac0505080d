import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import { imageCache } from '../data-folder.ts';
import { buildBinary } from '../images/build-binary.ts';
import { buildContext, readCaCertificates } from '../images/build-context.ts';
import { readRecipe, type ImageRecipe } from '../images/image-recipe.ts';
import type { Report } from '../progress.ts';
import { pullOfficial } from './pull-official.ts';

export type ImagesRequest = {
  client: EngineClient;
  /** Recipe folders, in the order of building. */
  folders: readonly string[];
  cacheFolder: string;
  environment: Readonly<Record<string, string | undefined>>;
  report: Report;
  signal?: AbortSignal;
};

/** How an image came to be here, for the doctor and the log. */
export type ImageOrigin = 'present' | 'pulled' | 'built';

/** What is known of the registry in this run: null, or why it is not asked any more. */
type Registry = { isOut: boolean };
type ImageRun = ImagesRequest & { recipe: ImageRecipe; folder: string; registry: Registry; step: string };

const builtLabel = 'crane.built';

/**
 * Each image: present → pulled → built from source. Every way ends in the same local tag. One at a time; a second run
 * goes on where the first stopped. Throws `platform.missing_tool` when an image can neither be pulled nor built.
 */
export async function ensureImages(request: ImagesRequest): Promise<Record<string, ImageOrigin>> {
  const origins: Record<string, ImageOrigin> = {};
  const registry: Registry = { isOut: false };
  for (const folder of request.folders) {
    const recipe = await readRecipe(folder);
    const run = { ...request, recipe, folder, registry, step: `image.${recipe.name}` };
    origins[recipe.name] = await ensureImage(run);
  }
  return origins;
}

async function ensureImage(run: ImageRun): Promise<ImageOrigin> {
  const { recipe, report, step, signal } = run;
  const began = performance.now();
  try {
    const origin = (await isPresent(run)) ? 'present' : await provide(run);
    const elapsedMs = Math.round(performance.now() - began);
    report({ step, state: 'done', text: `${recipe.localTag} ${origin}`, elapsedMs });
    return origin;
  } catch (error) {
    if (signal?.aborted !== true) report({ step, state: 'failed', text: toCraneError(error).message });
    throw error;
  }
}

/** Under Crane's tag, or under the official one, which then only needs the tag. */
async function isPresent({ client, recipe, signal }: ImageRun): Promise<boolean> {
  if ((await client.images.find(recipe.localTag, signal)) !== null) return true;
  const { officialReference } = recipe;
  if (officialReference === undefined || (await client.images.find(officialReference, signal)) === null)
    return false;
  await client.images.tag(officialReference, recipe.localTag, signal);
  return true;
}

async function provide(run: ImageRun): Promise<ImageOrigin> {
  const why = await tryPull(run);
  if (why === null) return 'pulled';
  await build(run, why);
  return 'built';
}

/** Null when pulled and tagged; else why not, in words. */
async function tryPull(run: ImageRun): Promise<string | null> {
  const { recipe, registry } = run;
  if (recipe.officialReference === undefined) return 'it has no official image';
  if (registry.isOut) return 'no image registry can be reached';
  const outcome = await pullOfficial({
    ...run,
    reference: recipe.officialReference,
    localTag: recipe.localTag,
  });
  if (outcome.kind === 'pulled') return null;
  registry.isOut = outcome.isRegistryOut;
  return outcome.why;
}

async function build(run: ImageRun, whyNotPulled: string): Promise<void> {
  const { client, report, recipe, step, signal } = run;
  report({
    step,
    state: 'started',
    text: `building ${recipe.localTag} from source, since ${whyNotPulled}`,
    estimateMs: recipe.build.typicalSeconds * 1000,
  });
  const files = await compileRecipe(run).catch((error: unknown) => {
    throw explainBuild(error, recipe, whyNotPulled);
  });
  const tar = await buildContext({ recipe, files, certificates: await readCaCertificates() });
  const labels = { [builtLabel]: recipe.name };
  for await (const line of client.images.build({ tar, tags: [recipe.localTag], labels }, signal)) {
    if (line.kind === 'text') report({ step, state: 'progress', text: line.text.trim().slice(0, 120) });
  }
}

async function compileRecipe(run: ImageRun): Promise<Awaited<ReturnType<typeof buildBinary>>['files']> {
  const { recipe, folder, environment, report, step, signal } = run;
  const { files } = await buildBinary({
    recipe,
    folder,
    cacheDir: imageCache(run.cacheFolder),
    environment,
    onProgress: (progress) =>
      report({
        step,
        state: 'progress',
        text: progress.text,
        elapsedMs: progress.elapsedMs,
        estimateMs: progress.estimateMs,
        ...(progress.done === undefined ? {} : { done: progress.done }),
        ...(progress.total === undefined ? {} : { total: progress.total }),
        unit: progress.step === 'compile' ? 'packages' : 'steps',
      }),
    ...(signal === undefined ? {} : { signal }),
  });
  return files;
}

/** Without Go and without a registry there is no way: say both. */
function explainBuild(error: unknown, recipe: ImageRecipe, whyNotPulled: string): unknown {
  if (!(error instanceof CraneError) || error.code !== 'platform.missing_tool') return error;
  return new CraneError(
    'platform.missing_tool',
    {
      ...error.facts,
      message: `${recipe.localTag} could neither be pulled (${whyNotPulled}) nor built: ${error.message}`,
    },
    { cause: error },
  );
}
