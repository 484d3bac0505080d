import type { BuildPlan } from '../../core/build/build-plan.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { BuildEvent, Runtime } from '../../core/port/runtime.ts';
import { createBuildLog } from './build-log.ts';
import { createBuildKitLog } from './buildkit/buildkit-log.ts';
import type { BuildRequest } from './client/build-image.ts';
import { untilAborted } from './client/until-aborted.ts';
import { accept } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** A quarter of what containers have by default: where both want the processor, apps win. */
const buildShares = 256;

type BuildCalls = Pick<Runtime, 'buildImage' | 'listImages' | 'nameImage' | 'removeImageName'>;

export function createBuildCalls({ client }: RuntimeContext): BuildCalls {
  const turns = createTurns();
  return {
    async *buildImage({ plan, context }, signal) {
      if (turns.isTaken()) yield { kind: 'waiting' };
      const leave = await turns.take(signal);
      try {
        yield* build(client, plan, context, signal);
      } finally {
        leave();
      }
    },
    listImages: async (signal) =>
      (await client.images.list({}, signal))
        .filter(({ tags }) => tags.length > 0)
        .map(({ id, tags, sizeBytes, createdAt }) => ({ imageId: id, names: tags, sizeBytes, createdAt })),
    nameImage: (imageId, name, signal) => client.images.tag(imageId, name, signal),
    removeImageName: (name, signal) =>
      accept(
        client.images.remove(name, {}, signal),
        ({ code }) => code === 'engine.not_found' || code === 'engine.conflict',
      ),
  };
}

async function* build(
  client: RuntimeContext['client'],
  plan: BuildPlan,
  context: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncIterable<BuildEvent> {
  const log = createBuildLog(plan.service);
  const steps = createBuildKitLog(plan.service);
  try {
    for await (const line of client.images.build(renderRequest(plan, context), signal)) {
      if (line.kind === 'text') yield* log.read(line.text);
      else if (line.kind === 'status') yield* steps.read(line.bytes);
      else if (line.kind === 'pull') yield line;
      else {
        yield* log.end();
        yield* steps.end();
        if (line.imageId === '')
          throw new CraneError('image.build_failed', 'the builder ended without an image');
        yield line;
      }
    }
  } catch (error) {
    throw plan.builder === 'buildkit' ? steps.explain(error) : log.explain(error);
  }
}

function renderRequest(plan: BuildPlan, tar: AsyncIterable<Uint8Array>): BuildRequest {
  return {
    tar,
    tags: plan.tags,
    dockerfile: plan.dockerfile,
    labels: plan.labels,
    arguments: plan.arguments,
    ...(plan.target === null ? {} : { target: plan.target }),
    ...(plan.cacheFrom.length === 0 ? {} : { cacheFrom: plan.cacheFrom }),
    extraHosts: plan.extraHosts,
    ...(plan.network === null ? {} : { networkMode: plan.network }),
    ...(plan.shmBytes === null ? {} : { shmBytes: plan.shmBytes }),
    ulimits: plan.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    isPulling: plan.isPulling,
    hasCache: plan.hasCache,
    memoryBytes: plan.limits.memoryBytes,
    cpuQuota: Math.max(1_000, Math.round(plan.limits.cpus * 100_000)),
    cpuShares: buildShares,
    hasCredentials: true,
    isBuildKit: plan.builder === 'buildkit',
  };
}

/** One holder at a time, in order of arrival. */
function createTurns(): { isTaken(): boolean; take(signal: AbortSignal | undefined): Promise<() => void> } {
  let holders = 0;
  let last: Promise<void> = Promise.resolve();
  return {
    isTaken: () => holders > 0,
    async take(signal) {
      holders += 1;
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      const leave = (): void => {
        holders -= 1;
        resolve();
      };
      last = before.then(() => promise);
      try {
        await untilAborted(before, signal, 'Wait for another build');
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}
