import type { ResolvedImage } from '../../core/app/app.ts';
import type { ComposeProject, ComposeService } from '../../core/compose/compose-project.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { tell } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';

/** Every service's image as a content-addressed id, pulled where the policy says so, with progress. */
export async function resolveImages(
  context: OperationContext,
  project: ComposeProject,
  pull: 'missing' | 'always' | 'never',
): Promise<Record<string, ResolvedImage>> {
  const { state, app, report, signal } = context;
  const images: Record<string, ResolvedImage> = {};
  for (const [name, spec] of Object.entries(project.services)) {
    const ref = spec.image;
    if (ref === undefined) {
      throw new CraneError('compose.unsupported', {
        message: `services.${name}: no image is named; building from a context is not available in this version.`,
        fix: 'Build the image first and name it with image:.',
      });
    }
    report(`image.${name}`, 'started', `resolving ${ref}`);
    let last = '';
    images[name] = await state.deps.runtime.resolveImage(
      {
        ref,
        pull: pullPolicy(spec, pull),
        onProgress: ({ layer, status, doneBytes, totalBytes }) => {
          if (status === last && doneBytes === null) return;
          last = status;
          report(`image.${name}`, 'progress', `${layer} ${status}`, { layer, doneBytes, totalBytes });
        },
      },
      signal,
    );
    report(`image.${name}`, 'done', `${ref} is ${images[name].imageId.slice(0, 19)}`, {
      ref,
      imageId: images[name].imageId,
      digest: images[name].repoDigest,
    });
    tell(state, app, 'image.resolved', `${name}: ${ref} is ${images[name].imageId.slice(0, 19)}`, {
      service: name,
      ref,
      imageId: images[name].imageId,
    });
  }
  return images;
}

function pullPolicy(
  spec: ComposeService,
  asked: 'missing' | 'always' | 'never',
): 'missing' | 'always' | 'never' {
  if (spec.pull_policy === 'always' || spec.pull_policy === 'never') return spec.pull_policy;
  return asked;
}
