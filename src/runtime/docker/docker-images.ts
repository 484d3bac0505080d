import type { ResolvedImage } from '../../core/app/app.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { ImageDetails } from './client/object-reply.ts';
import { isImageId, parseImageRef } from './client/parse-image-ref.ts';
import { hasCode } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';

export function createImageCalls({
  client,
}: RuntimeContext): Pick<Runtime, 'resolveImage' | 'imageFacts' | 'saveImage'> {
  return {
    async resolveImage({ ref, pull, platform, onProgress }, signal) {
      const isId = isImageId(ref);
      const name = isId ? ref : parseImageRef(ref).full;
      const isPulled = pull !== 'never' && !isId;
      if (!isPulled || pull === 'missing') {
        const local = await client.images.find(name, signal);
        if (local !== null && isFor(local, platform)) return resolved(ref, local);
        if (!isPulled) throw local === null ? notFound(ref, isId) : otherPlatform(ref, local, platform);
      }
      await client.images.pull(
        {
          ref,
          ...(platform === undefined ? {} : { platform }),
          ...(onProgress === undefined ? {} : { onProgress }),
        },
        signal,
      );
      const pulled = await client.images.inspect(name, signal);
      if (!isFor(pulled, platform)) throw otherPlatform(ref, pulled, platform);
      return resolved(ref, pulled);
    },

    async imageFacts(imageId, signal) {
      const image = await client.images.inspect(imageId, signal).catch((error: unknown) => {
        throw hasCode(error, 'engine.not_found') ? notFound(imageId, true) : error;
      });
      return {
        imageId: image.id,
        repoDigests: image.digests,
        user: image.user,
        exposedPorts: image.exposedPorts,
        hasHealthcheck: image.hasHealthcheck,
        environment: image.environment,
        labels: Object.keys(image.labels),
        sizeBytes: image.sizeBytes,
        createdAt: image.createdAt,
      };
    },

    saveImage: (imageId, signal) => client.images.save([imageId], signal),
  };
}

/** Variants are the engine's matter: it compares them when the container is made. */
function isFor({ os, architecture }: ImageDetails, platform: string | undefined): boolean {
  if (platform === undefined) return true;
  const [first = '', second] = platform.toLowerCase().split('/');
  const wanted = second === undefined ? first : second;
  const known: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };
  if (second === undefined && wanted === os) return true;
  return (second === undefined || first === os) && (known[wanted] ?? wanted) === architecture;
}

function otherPlatform(ref: string, image: ImageDetails, platform = ''): CraneError {
  return new CraneError('image.not_found', {
    message: `The image ${ref} is for ${image.os}/${image.architecture}, not for ${platform}.`,
    fix: 'Name an image for that platform, or remove platform.',
  });
}

function notFound(ref: string, isId: boolean): CraneError {
  return new CraneError('image.not_found', {
    message: `The image ${ref} is not on this machine${isId ? '' : ', and pulling it is switched off'}.`,
    fix: isId
      ? 'Deploy again, so that the image is resolved anew.'
      : 'Build it, load it, or allow pulling (pull_policy).',
  });
}

/** The digest of the registry the reference names; an image may carry digests of several. */
function resolved(ref: string, image: ImageDetails): ResolvedImage {
  const wanted = isImageId(ref) ? null : parseImageRef(ref);
  const digests = image.digests.map((text) => parseImageRef(text));
  const digest = wanted?.digest ?? digests.find((each) => each.name === wanted?.name)?.digest ?? null;
  return { ref, imageId: image.id, repoDigest: digest };
}
