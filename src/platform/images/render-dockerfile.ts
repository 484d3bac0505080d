import type { ImageRecipe } from './image-recipe.ts';

/** The Dockerfile of an image built from source: nothing but its own files, and a user without privileges. */
export function renderDockerfile({ name, version, run }: ImageRecipe): string {
  return [
    'FROM scratch',
    `LABEL org.opencontainers.image.title="${name}" org.opencontainers.image.version="${version}"`,
    'COPY rootfs/ /',
    `USER ${run.user}`,
    `ENTRYPOINT ${JSON.stringify(run.entrypoint)}`,
    '',
  ].join('\n');
}
