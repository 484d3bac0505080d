import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { CraneError } from '../../core/error/crane-error.ts';
import type { BuildInput } from './build-inputs.ts';
import { buildKey, readBuildInputs } from './build-inputs.ts';
import type { BuildProgress } from './build-progress.ts';
import { estimateRemaining } from './build-progress.ts';
import type { Compilation } from './compile.ts';
import { compile, countPackages } from './compile.ts';
import { findGo, goEnvironment, requireGo } from './go-toolchain.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { expectCompile, recordCompile } from './measured-build.ts';
import { prepareFolder } from './prepare-folder.ts';
import type { GoRun } from './run-go.ts';

export type BuildRequest = {
  recipe: ImageRecipe;
  /** The recipe's folder; only read. */
  folder: string;
  /** Kept between runs; holds one folder per image. Go's own caches stay where Go has them. */
  cacheDir: string;
  /** The environment `go` starts from: at least PATH and HOME. */
  environment: GoRun['environment'];
  onProgress: (progress: BuildProgress) => void;
  signal?: AbortSignal;
};

/** A built file and its absolute path inside the image. */
export type BuiltFile = { source: string; path: string };
export type BuiltBinary = { key: string; goVersion: string; files: BuiltFile[]; isReused: boolean };

/**
 * Builds the binaries of a recipe with the local Go toolchain, or reuses those of an earlier build with the same key.
 * An interrupted build goes on where it stopped, as far as whole packages. Throws `platform.missing_tool` (no Go or too
 * old), `platform.failed` (with go's last lines) and `operation.cancelled`.
 */
export async function buildBinary(request: BuildRequest): Promise<BuiltBinary> {
  const report = createReporter(request);
  const inputs = await readBuildInputs(request.folder);
  const goMod = inputs.find((input) => input.path === 'go.mod');
  if (goMod === undefined)
    throw new CraneError('platform.failed', `${request.folder} has no go.mod to build from.`);
  const environment = goEnvironment(request.environment, request.recipe.build.environment);
  const go = await findGo({ folder: request.folder, environment, ...withSignal(request) });
  requireGo(go.version, goMod.content.toString('utf8'));

  const key = buildKey({ recipe: request.recipe, inputs, goVersion: go.version, platform: go.platform });
  const imageFolder = join(request.cacheDir, request.recipe.name);
  const files = builtFiles(request.recipe, join(imageFolder, key));
  const isReused = await isComplete(files);
  if (isReused) report({ step: 'reused', text: 'already built' });
  else await buildInto({ request, report, inputs, environment, imageFolder, key });
  return { key, goVersion: go.version, files, isReused };
}

type Build = {
  request: BuildRequest;
  report: Report;
  inputs: BuildInput[];
  environment: GoRun['environment'];
  imageFolder: string;
  key: string;
};

async function buildInto(build: Build): Promise<void> {
  const { request, imageFolder, report } = build;
  await mkdir(imageFolder, { recursive: true });
  await removeAbandoned(imageFolder);
  const workFolder = await mkdtemp(join(imageFolder, `work-${process.pid}-`));
  // An interrupted go leaves its temporary files; in here they go with the folder.
  const temporaryFolder = join(workFolder, '.tmp');
  await mkdir(temporaryFolder);
  const environment = { ...build.environment, GOTMPDIR: temporaryFolder };
  try {
    await prepareFolder({
      recipe: request.recipe,
      inputs: build.inputs,
      workFolder,
      environment,
      onStep: (text) => report({ step: 'prepare', text }),
      ...withSignal(request),
    });
    await keepOnly(await compileIn(workFolder, { ...build, environment }), build);
  } finally {
    // Compilers that were just ended may still be letting go of their files.
    await rm(workFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  report({ step: 'done', text: 'built', remainingMs: 0 });
}

/** Work folders carry the id of their process; those of processes that were killed are left over. */
async function removeAbandoned(imageFolder: string): Promise<void> {
  for (const name of await readdir(imageFolder)) {
    const pid = /^work-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(imageFolder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Not allowed to signal it: it runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function compileIn(workFolder: string, build: Build): Promise<string> {
  const { request, report, imageFolder: folder } = build;
  const { recipe } = request;
  const compilation: Compilation = {
    recipe,
    workFolder,
    environment: build.environment,
    ...withSignal(request),
  };
  let modules = 0;
  report({ step: 'download', text: 'modules' });
  const { total, stale } = await countPackages(compilation, (text) =>
    report({ step: 'download', text, done: (modules += 1) }),
  );

  const expected = await expectCompile({ recipe, folder, stale, total });
  const startedAt = performance.now();
  const reportPackages = (text: string, done: number): void => {
    const elapsedMs = performance.now() - startedAt;
    const remainingMs = estimateRemaining({ done, total: stale, elapsedMs, ...expected });
    report({ step: 'compile', text, done, total: stale, remainingMs });
  };
  reportPackages(`${stale} of ${total} packages`, 0);
  let done = 0;
  const outFolder = join(workFolder, '.out');
  await compile({ ...compilation, outFolder }, (name) =>
    reportPackages(name, (done = Math.min(stale, done + 1))),
  );
  await recordCompile({ folder, compiled: done, compileMs: performance.now() - startedAt });
  return outFolder;
}

/** Puts the finished binaries under their key in one step, and removes those of older keys. */
async function keepOnly(outFolder: string, { imageFolder, key, request }: Build): Promise<void> {
  const target = join(imageFolder, key);
  if (!(await isComplete(builtFiles(request.recipe, target)))) {
    await rm(target, { recursive: true, force: true });
    await rename(outFolder, target);
  }
  const siblings = await readdir(imageFolder);
  const older = siblings.filter((name) => /^[0-9a-f]{32}$/.test(name) && name !== key);
  for (const name of older) await rm(join(imageFolder, name), { recursive: true, force: true });
}

function builtFiles(recipe: ImageRecipe, folder: string): BuiltFile[] {
  return recipe.build.binaries.map(({ path }) => ({ source: join(folder, basename(path)), path }));
}

async function isComplete(files: readonly BuiltFile[]): Promise<boolean> {
  const found = await Promise.allSettled(files.map((file) => access(file.source)));
  return found.every((result) => result.status === 'fulfilled');
}

type Report = (
  progress: Omit<BuildProgress, 'image' | 'elapsedMs' | 'estimateMs' | 'remainingMs'> & {
    remainingMs?: number;
  },
) => void;

function createReporter({ recipe, onProgress }: BuildRequest): Report {
  const startedAt = performance.now();
  return (progress) => {
    const elapsedMs = Math.round(performance.now() - startedAt);
    const usual = Math.max(0, recipe.build.typicalSeconds * 1000 - elapsedMs);
    const remainingMs = progress.step === 'reused' ? 0 : (progress.remainingMs ?? usual);
    onProgress({
      ...progress,
      image: recipe.name,
      elapsedMs,
      remainingMs,
      estimateMs: elapsedMs + remainingMs,
    });
  };
}

function withSignal({ signal }: { signal?: AbortSignal }): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
