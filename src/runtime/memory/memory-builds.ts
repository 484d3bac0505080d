import { createHash } from 'node:crypto';
import { CraneError } from '../../core/error/crane-error.ts';
import type { BuildPlan } from '../../core/build/build-plan.ts';
import type { BuildEvent, LocalImage, Runtime } from '../../core/port/runtime.ts';
import { parseImageRef } from '../docker/client/parse-image-ref.ts';
import { throwIfAborted, unreachable, type MemoryEngine } from './memory-engine.ts';

/**
 * Builds of the model: the same Dockerfile with the same context gives the same image. Every line of the Dockerfile is a step;
 * `COPY` fails when the context does not name the file, `RUN false` fails, `RUN wait` waits for the end of time.
 */
export function createMemoryBuilds(
  engine: MemoryEngine,
): Pick<Runtime, 'buildImage' | 'listImages' | 'nameImage' | 'removeImageName'> {
  return {
    async *buildImage({ plan, context }, signal) {
      throwIfAborted('buildImage', signal);
      if (engine.isDown) throw unreachable('buildImage');
      const bytes = Buffer.concat(await Array.fromAsync(context));
      const text = readDockerfile(plan, bytes);
      const steps = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
      for (const [index, step] of steps.entries()) {
        throwIfAborted('buildImage', signal);
        yield { kind: 'step', number: index + 1, total: steps.length, text: step };
        if (step === 'RUN wait') await untilAborted(signal);
        const problem = problemOf(step, bytes);
        if (problem !== null) throw failed(plan, index + 1, steps.length, step, problem);
        if (step.startsWith('RUN echo ')) yield { kind: 'output', text: step.slice('RUN echo '.length) };
      }
      yield { kind: 'built', imageId: addImage(engine, plan, bytes) } satisfies BuildEvent;
    },

    listImages: (signal) =>
      engine.answer('listImages', signal, (): LocalImage[] =>
        [...engine.images.values()].flatMap(({ imageId, sizeBytes, createdAt }) => {
          const names = namesOf(engine, imageId);
          return names.length === 0 ? [] : [{ imageId, names, sizeBytes, createdAt: createdAt ?? 0 }];
        }),
      ),

    nameImage: (imageId, name, signal) =>
      engine.answer('nameImage', signal, () => {
        if (!engine.images.has(imageId))
          throw new CraneError('engine.not_found', `Tag image ${imageId}: No such image.`);
        engine.tags.set(parseImageRef(name).full, imageId);
      }),

    removeImageName: (name, signal) =>
      engine.answer('removeImageName', signal, () => {
        const { full } = parseImageRef(name);
        const imageId = engine.tags.get(full);
        if (imageId === undefined) return;
        const isLast = namesOf(engine, imageId).length === 1;
        const isUsed = [...engine.containers.values()].some((container) => container.imageId === imageId);
        if (isLast && isUsed) return;
        engine.tags.delete(full);
        if (isLast) engine.images.delete(imageId);
      }),
  };
}

/** As people write them: `docker.io/library/` is left out, as the engine does. */
function namesOf(engine: MemoryEngine, imageId: string): string[] {
  return [...engine.tags]
    .filter(([, id]) => id === imageId)
    .map(([name]) => name.replace(/^docker\.io\/(library\/)?/, ''));
}

function readDockerfile(plan: BuildPlan, context: Buffer): string {
  const added = plan.files.find(({ path }) => path === plan.dockerfile);
  if (added !== undefined) return added.text;
  const text = readFile(context, plan.dockerfile);
  if (text !== null) return text;
  throw new CraneError('image.build_failed', {
    message: `The build of ${plan.service} failed: Cannot locate specified Dockerfile: ${plan.dockerfile}`,
  });
}

/** A file of a plain tar: its name, size and bytes stand in blocks of 512. */
function readFile(tar: Buffer, path: string): string | null {
  for (let at = 0; at + 512 <= tar.length;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('utf8', at + 124, at + 135), 8) || 0;
    if (name === path) return tar.toString('utf8', at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return null;
}

function problemOf(step: string, context: Buffer): string | null {
  if (step === 'RUN false') return "The command '/bin/sh -c false' returned a non-zero code: 1";
  const [, source] = /^COPY (\S+) /.exec(step) ?? [];
  return source === undefined || source === '.' || readFile(context, source) !== null
    ? null
    : `COPY failed: file not found in build context: ${source}`;
}

function failed(plan: BuildPlan, number: number, total: number, step: string, problem: string): CraneError {
  return new CraneError('image.build_failed', {
    message: `The build of ${plan.service} failed at step ${number}/${total} "${step}": ${problem}`,
    fix: 'Correct the Dockerfile or its context, and deploy again; what ran before keeps running.',
  });
}

function addImage(engine: MemoryEngine, plan: BuildPlan, context: Buffer): string {
  const { arguments: args, labels, files, dockerfile } = plan;
  const hash = createHash('sha256')
    .update(context)
    .update(JSON.stringify({ args, labels, files, dockerfile }));
  const imageId = `sha256:${hash.digest('hex')}`;
  if (!engine.images.has(imageId))
    engine.images.set(imageId, {
      imageId,
      repoDigests: [],
      user: '',
      exposedPorts: [],
      hasHealthcheck: false,
      labels: [],
      environment: [],
      sizeBytes: context.length,
      createdAt: engine.clock.now(),
      behaviour: {},
    });
  for (const tag of plan.tags) engine.tags.set(parseImageRef(tag).full, imageId);
  return imageId;
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void =>
      reject(new CraneError('operation.cancelled', 'buildImage: cancelled.', { cause: signal?.reason }));
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
