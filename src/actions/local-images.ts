import type { ResolvedImage } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps } from './action-deps.ts';

/** The images that are on this machine already; null for the others. */
export async function localImages(
  deps: Pick<ActionDeps, 'runtime'>,
  project: ComposeProject,
  signal?: AbortSignal,
): Promise<Record<string, ResolvedImage | null>> {
  const found = await Promise.all(
    Object.entries(project.services).map(async ([service, spec]) => {
      if (spec.image === undefined) return [service, null] as const;
      try {
        return [
          service,
          await deps.runtime.resolveImage(
            {
              ref: spec.image,
              pull: 'never',
              ...(spec.platform === undefined ? {} : { platform: spec.platform }),
            },
            signal,
          ),
        ] as const;
      } catch (error) {
        if (error instanceof CraneError && error.code === 'image.not_found') return [service, null] as const;
        throw error;
      }
    }),
  );
  return Object.fromEntries(found);
}
