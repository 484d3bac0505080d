import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

import type { ImageRecipe } from './image-recipe.ts';

const measuredSchema = z.object({ millisecondsPerPackage: z.number().positive() });
const fileName = 'last-build.json';

/** Milliseconds a compilation of `stale` out of `total` packages should take: by this machine's last one, else by the recipe. */
export async function expectCompileMs(facts: {
  recipe: ImageRecipe;
  folder: string;
  stale: number;
  total: number;
}): Promise<number> {
  const typical = (facts.recipe.build.typicalSeconds * 1000) / Math.max(1, facts.total);
  const measured = await readFile(join(facts.folder, fileName), 'utf8').then(
    (text) => parseMeasured(text),
    () => undefined,
  );
  return Math.round(facts.stale * (measured ?? typical));
}

function parseMeasured(text: string): number | undefined {
  try {
    return measuredSchema.safeParse(JSON.parse(text)).data?.millisecondsPerPackage;
  } catch {
    return undefined;
  }
}

/** Keeps the pace of a compilation for the next estimate; one of a few packages is mostly linking and says nothing. */
export async function recordCompileMs(facts: {
  folder: string;
  compiled: number;
  compileMs: number;
}): Promise<void> {
  if (facts.compiled < 200) return;
  const millisecondsPerPackage = facts.compileMs / facts.compiled;
  await writeFile(join(facts.folder, fileName), `${JSON.stringify({ millisecondsPerPackage })}\n`);
}
