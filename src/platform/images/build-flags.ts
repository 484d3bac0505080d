import type { ImageRecipe } from './image-recipe.ts';

/** The flags of `go list` and `go build`, which have to agree: what is stale depends on them. */
export function buildFlags({ build }: ImageRecipe): string[] {
  const stamps = Object.entries(build.stamps)
    .map(([variable, value]) => ` -X ${variable}=${value}`)
    .sort();
  return [
    '-trimpath',
    '-buildvcs=false',
    ...(build.tags.length > 0 ? [`-tags=${build.tags.join(',')}`] : []),
    // Debug information that the linker strips anyway; not making it saves a sixth of the time and a fifth of the cache.
    '-gcflags=all=-dwarf=false',
    `-ldflags=-s -w${stamps.join('')}`,
  ];
}
