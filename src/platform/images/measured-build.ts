import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

import type { ImageRecipe } from './image-recipe.ts';

const measuredSchema = z.object({ millisecondsPerPackage: z.number().positive() });
const fileName = 'last-build.json';

export type ExpectedCompile = { expectedMs: number; linkMs: number };

// Linking took about this share of the builds the recipes' figures come from.
const linkShare = 0.05;

/**
 * How long compiling `stale` of `total` packages and linking should take: by this machine's last build, else by the
 * recipe.
 */
export async function expectCompile(facts: {
  recipe: ImageRecipe;
  folder: string;
  stale: number;
  total: number;
}): Promise<ExpectedCompile> {
  const typicalMs = facts.recipe.build.typicalSeconds * 1000;
  const linkMs = Math.round(typicalMs * linkShare);
  const measured = await readFile(join(facts.folder, fileName), 'utf8').then(parseMeasured, () => undefined);
  const perPackageMs = measured ?? (typicalMs - linkMs) / Math.max(1, facts.total);
  return { expectedMs: Math.round(facts.stale * perPackageMs) + linkMs, linkMs };
}

function parseMeasured(text: string): number | undefined {
  try {
    return measuredSchema.safeParse(JSON.parse(text)).data?.millisecondsPerPackage;
  } catch {
    return undefined;
  }
}

/** Keeps the pace of a compilation for the next estimate; one of a few packages is mostly linking and says nothing. */
export async function recordCompile(facts: {
  folder: string;
  compiled: number;
  compileMs: number;
}): Promise<void> {
  if (facts.compiled < 200) return;
  const millisecondsPerPackage = facts.compileMs / facts.compiled;
  await writeFile(join(facts.folder, fileName), `${JSON.stringify({ millisecondsPerPackage })}\n`);
}
