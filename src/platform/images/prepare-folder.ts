import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import * as z from 'zod';

import { CraneError } from '../../core/error/crane-error.ts';
import type { BuildInput } from './build-inputs.ts';
import { goFailure } from './go-failure.ts';
import type { ImageRecipe, PrepareStep } from './image-recipe.ts';
import type { GoRun } from './run-go.ts';
import { runGo } from './run-go.ts';

type Preparation = {
  recipe: ImageRecipe;
  inputs: readonly BuildInput[];
  workFolder: string;
  environment: GoRun['environment'];
  onStep: (text: string) => void;
  signal?: AbortSignal;
};

/** Lays a recipe's files into an empty folder and runs its prepare steps there; the recipe folder itself is only read. */
export async function prepareFolder(run: Preparation): Promise<void> {
  for (const input of run.inputs) await writeInto(run.workFolder, input.path, input.content);
  for (const step of run.recipe.build.prepare) {
    run.onStep(step.name);
    await copyModule(step, run);
  }
}

async function copyModule(step: PrepareStep, run: Preparation): Promise<void> {
  const source = await downloadModule(step, run);
  const target = join(run.workFolder, step.to);
  await copyFiles(source, target, (path) => !step.remove.some((removed) => isWithin(path, removed)));
  if (step.add !== undefined) await copyFiles(join(run.workFolder, step.add), target, () => true);
}

const downloadSchema = z.object({
  Dir: z.string().optional(),
  Sum: z.string().optional(),
  Error: z.string().optional(),
});

/** Returns the folder of a module in the module cache, once its checksum is the recipe's. */
async function downloadModule(step: PrepareStep, run: Preparation): Promise<string> {
  // A module of its own, since the recipe's go.mod replaces this very module by the copy that is not there yet.
  const cwd = join(run.workFolder, '.download');
  await writeInto(cwd, 'go.mod', 'module crane.local/download\n');
  const result = await runGo({
    arguments: ['mod', 'download', '-json', '--', `${step.copyModule}@${step.version}`],
    cwd,
    environment: { ...run.environment, GOFLAGS: '' },
    ...(run.signal && { signal: run.signal }),
  });
  const answer = readDownload(result.output);
  if (result.exitCode !== 0 || answer?.Dir === undefined) {
    throw goFailure(run.recipe.name, step.name, answer?.Error?.split('\n') ?? result.errorLines);
  }
  if (answer.Sum === step.sum) return answer.Dir;
  throw new CraneError('platform.failed', {
    message: `${step.copyModule}@${step.version} has another checksum than its recipe (saw ${answer.Sum ?? 'none'}, wanted ${step.sum}); it is not built.`,
    fix: 'Empty the module cache with `go clean -modcache` and try again; if it stays, do not trust that module.',
  });
}

function readDownload(output: string): z.infer<typeof downloadSchema> | undefined {
  try {
    return downloadSchema.safeParse(JSON.parse(output)).data;
  } catch {
    return undefined;
  }
}

/** Copies contents but not modes: the module cache is read-only, and its copy has to be changed and removed again. */
async function copyFiles(from: string, to: string, isWanted: (path: string) => boolean): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = relative(from, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (entry.isFile() && isWanted(path)) await writeInto(to, path, await readFile(join(from, path)));
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

async function writeInto(folder: string, path: string, content: Buffer | string): Promise<void> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}
