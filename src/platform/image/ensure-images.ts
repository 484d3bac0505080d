import { join } from 'node:path';
import { CraneError, toCraneError } from '../../core/error/crane-error.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import { buildBinary } from '../images/build-binary.ts';
import { buildContext, readCaCertificates } from '../images/build-context.ts';
import { readRecipe, type ImageRecipe } from '../images/image-recipe.ts';
import type { Report } from '../progress.ts';

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

/** A registry that gives nothing for so long counts as unreachable. */
const pullTimeoutMs = 30_000;
const builtLabel = 'crane.built';

/** Each image: present → pulled → built from source. Every way ends in the same local tag. One at a time; a second run goes on where it stopped. */
export async function ensureImages(request: ImagesRequest): Promise<Record<string, ImageOrigin>> {
  const origins: Record<string, ImageOrigin> = {};
  let noRegistry: string | null = null;
  for (const folder of request.folders) {
    const recipe = await readRecipe(folder);
    const step = `image.${recipe.name}`;
    if ((await request.client.images.find(recipe.localTag, request.signal)) !== null) {
      origins[recipe.name] = 'present';
      request.report({ step, state: 'done', text: `${recipe.localTag} is present` });
      continue;
    }
    const began = performance.now();
    const pulled: string | null = noRegistry === null ? await tryPull(request, recipe) : noRegistry;
    if (pulled !== null) {
      if (recipe.officialReference !== undefined) noRegistry = pulled;
      await build(request, recipe, folder, pulled);
    }
    origins[recipe.name] = pulled === null ? 'pulled' : 'built';
    request.report({
      step,
      state: 'done',
      text: `${recipe.localTag} ${origins[recipe.name]}`,
      elapsedMs: performance.now() - began,
    });
  }
  return origins;
}

/** Null when pulled and tagged; else why not, in words. */
async function tryPull(
  { client, report, signal }: ImagesRequest,
  recipe: ImageRecipe,
): Promise<string | null> {
  const { officialReference, localTag, name } = recipe;
  if (officialReference === undefined) return 'it has no official image';
  const step = `image.${name}`;
  report({ step, state: 'started', text: `pulling ${officialReference}` });
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), pullTimeoutMs);
  const layers = new Map<string, { done: number; total: number }>();
  try {
    await client.images.pull(
      {
        ref: officialReference,
        onProgress: ({ layer, doneBytes, totalBytes }) => {
          clearTimeout(timer);
          timer = setTimeout(() => stall.abort(), pullTimeoutMs);
          if (doneBytes === null || totalBytes === null) return;
          layers.set(layer, { done: doneBytes, total: totalBytes });
          const sum = [...layers.values()].reduce(
            (all, item) => ({ done: all.done + item.done, total: all.total + item.total }),
            { done: 0, total: 0 },
          );
          report({ step, state: 'progress', text: `pulling ${officialReference}`, ...sum, unit: 'bytes' });
        },
      },
      signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]),
    );
    await client.images.tag(officialReference, localTag, signal);
    return null;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return stall.signal.aborted
      ? `no registry answered within ${pullTimeoutMs / 1000} s`
      : toCraneError(error).message;
  } finally {
    clearTimeout(timer);
  }
}

async function build(
  request: ImagesRequest,
  recipe: ImageRecipe,
  folder: string,
  whyNotPulled: string,
): Promise<void> {
  const { client, report, signal } = request;
  const step = `image.${recipe.name}`;
  report({
    step,
    state: 'started',
    text: `building ${recipe.localTag} from source, since ${whyNotPulled.slice(0, 160)}`,
    estimateMs: recipe.build.typicalSeconds * 1000,
  });
  const { files } = await buildBinary({
    recipe,
    folder,
    cacheDir: join(request.cacheFolder, 'images'),
    environment: request.environment,
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
  }).catch((error: unknown) => {
    throw explain(error, recipe, whyNotPulled);
  });
  const tar = await buildContext({ recipe, files, certificates: await readCaCertificates() });
  for await (const line of client.images.build(
    { tar, tags: [recipe.localTag], labels: { [builtLabel]: recipe.name } },
    signal,
  )) {
    if (line.kind === 'text') report({ step, state: 'progress', text: line.text.trim().slice(0, 120) });
  }
}

/** Without Go and without a registry there is no way: say both. */
function explain(error: unknown, recipe: ImageRecipe, whyNotPulled: string): unknown {
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
