import { buildFlags } from './build-flags.ts';
import { goFailure } from './go-failure.ts';
import type { ImageRecipe } from './image-recipe.ts';
import type { GoRun } from './run-go.ts';
import { runGo } from './run-go.ts';

export type Compilation = {
  recipe: ImageRecipe;
  workFolder: string;
  environment: GoRun['environment'];
  signal?: AbortSignal;
};

export type PackageCount = { total: number; stale: number };

/** Downloads the modules that the packages need, and counts the packages that still have to be compiled. */
export async function countPackages(
  run: Compilation,
  onModule: (line: string) => void,
): Promise<PackageCount> {
  const result = await runGo({
    arguments: [
      'list',
      '-deps',
      '-f',
      '{{.Stale}}',
      ...buildFlags(run.recipe),
      '--',
      ...packages(run.recipe),
    ],
    cwd: run.workFolder,
    environment: run.environment,
    onLine: (line) => line.startsWith('go: downloading ') && onModule(line.slice('go: downloading '.length)),
    ...(run.signal && { signal: run.signal }),
  });
  if (result.exitCode !== 0) throw goFailure(run.recipe.name, 'download modules', result.errorLines);
  const lines = result.output.trim().split('\n');
  return { total: lines.length, stale: lines.filter((line) => line === 'true').length };
}

/** Compiles and links every binary of the recipe into `folder`; `onPackage` hears of each package compiled. */
export async function compile(
  run: Compilation & { outFolder: string },
  onPackage: (name: string) => void,
): Promise<void> {
  const result = await runGo({
    // The slash at the end makes go write each binary into the folder, one package or several.
    arguments: [
      'build',
      '-v',
      '-o',
      `${run.outFolder}/`,
      ...buildFlags(run.recipe),
      '--',
      ...packages(run.recipe),
    ],
    cwd: run.workFolder,
    environment: run.environment,
    onLine: (line) => isPackageLine(line) && onPackage(line),
    ...(run.signal && { signal: run.signal }),
  });
  if (result.exitCode !== 0) throw goFailure(run.recipe.name, 'compile', result.errorLines);
}

function packages(recipe: ImageRecipe): string[] {
  return recipe.build.binaries.map((binary) => binary.package);
}

function isPackageLine(line: string): boolean {
  return /^[\w./~-]+$/.test(line);
}
