import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { buildFlags } from './build-flags.ts';
import type { ImageRecipe } from './image-recipe.ts';

/** One file that a build reads; `path` is relative to the recipe folder, with `/`. */
export type BuildInput = { path: string; content: Buffer };

/** The files of a recipe folder that decide what is built: module files and Go sources, not their tests. */
export async function readBuildInputs(folder: string): Promise<BuildInput[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && isBuildInput(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  return Promise.all(paths.map(async (path) => ({ path, content: await readFile(join(folder, path)) })));
}

function isBuildInput(name: string): boolean {
  return name === 'go.mod' || name === 'go.sum' || (name.endsWith('.go') && !name.endsWith('_test.go'));
}

/**
 * Names the result of a build: the same key, the same binaries. What does not reach the compiler (the official
 * reference, how the image is run, estimates) is left out, so changing it rebuilds nothing.
 */
export function buildKey(facts: {
  recipe: ImageRecipe;
  inputs: readonly BuildInput[];
  goVersion: string;
  platform: string;
}): string {
  const { binaries, environment, prepare } = facts.recipe.build;
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([
      facts.goVersion,
      facts.platform,
      binaries,
      Object.entries(environment).sort(([left], [right]) => (left < right ? -1 : 1)),
      buildFlags(facts.recipe),
      prepare,
    ]),
  );
  for (const input of facts.inputs) {
    hash.update(JSON.stringify([input.path, input.content.length]));
    hash.update(input.content);
  }
  return hash.digest('hex').slice(0, 32);
}
