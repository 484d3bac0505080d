import { CraneError } from '../../core/error/crane-error.ts';
import type { ResolvedImage } from '../../core/app/app.ts';
import type { ImageFacts, Runtime } from '../../core/port/runtime.ts';
import { isImageId, parseImageRef } from '../docker/client/parse-image-ref.ts';
import { throwIfAborted, unreachable, type MemoryEngine, type MemoryImage } from './memory-engine.ts';

export function createMemoryImages(
  engine: MemoryEngine,
): Pick<Runtime, 'resolveImage' | 'imageFacts' | 'saveImage'> {
  return {
    resolveImage: ({ ref, pull, onProgress }, signal) =>
      engine.answer('resolveImage', signal, () => {
        const isId = isImageId(ref);
        const name = isId ? ref : parseImageRef(ref).full;
        const local = engine.images.get(engine.tags.get(name) ?? name);
        const isPulled = pull !== 'never' && !isId;
        if (local !== undefined && (!isPulled || pull === 'missing')) return resolved(ref, local);
        if (!isPulled) throw absent(ref, 'is not on this machine');
        const remote = engine.registry.get(name);
        if (remote === undefined) throw absent(ref, 'is not in the registry');
        if (remote === 'failed')
          throw new CraneError('image.pull_failed', {
            message: `Pull ${ref}: the registry does not answer.`,
            fix: 'Check the network and the registry, then try again.',
          });
        onProgress?.({
          layer: 'layer',
          status: 'Pull complete',
          doneBytes: remote.sizeBytes,
          totalBytes: remote.sizeBytes,
        });
        engine.images.set(remote.imageId, remote);
        engine.tags.set(name, remote.imageId);
        return resolved(ref, remote);
      }),

    imageFacts: (imageId, signal) =>
      engine.answer('imageFacts', signal, (): ImageFacts => {
        const image = engine.images.get(engine.tags.get(imageId) ?? imageId);
        if (image === undefined) throw absent(imageId, 'is not on this machine');
        const { behaviour: _, ...facts } = image;
        return facts;
      }),

    async *saveImage(imageId, signal) {
      throwIfAborted('saveImage', signal);
      if (engine.isDown) throw unreachable('saveImage');
      if (!engine.images.has(imageId))
        throw new CraneError('engine.not_found', `Save image ${imageId}: No such image.`);
      yield new TextEncoder().encode(`model image ${imageId}`);
    },
  };
}

function absent(ref: string, where: string): CraneError {
  return new CraneError('image.not_found', {
    message: `The image ${ref} ${where}.`,
    fix: 'Check its name, or build it first.',
  });
}

function resolved(ref: string, image: MemoryImage): ResolvedImage {
  const name = isImageId(ref) ? '' : parseImageRef(ref).name;
  const digest = image.repoDigests
    .map((text) => parseImageRef(text))
    .find((each) => each.name === name)?.digest;
  return { ref, imageId: image.imageId, repoDigest: digest ?? null };
}
