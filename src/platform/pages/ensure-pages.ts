import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Report } from '../progress.ts';
import { runProgram } from '../run-program.ts';

/** What the built pages depend on, below the root of the checkout. */
const sources = ['ui/src', 'ui/public', 'ui/index.html', 'ui/vite.config.ts', 'ui/package.json'];
const shared = ['package-lock.json', 'src/cli/client/api.gen.ts', 'src/cli/client/parse-events.ts'];

/** Where the control plane finds the pages. */
export function pagesFolder(root: string): string {
  return join(root, 'ui/dist');
}

/** Builds the web pages when their sources changed since the last time. Throws `platform.failed` with the builder's words. */
export async function ensurePages({
  root,
  environment,
  report,
  signal,
}: {
  root: string;
  environment: Readonly<Record<string, string | undefined>>;
  report: Report;
  signal?: AbortSignal;
}): Promise<'present' | 'built'> {
  const stamp = join(pagesFolder(root), '.built-from');
  const hash = hashSources(root);
  if (readOrNull(stamp) === hash) return 'present';
  const began = performance.now();
  report({ step: 'pages', state: 'started', text: 'building the web pages' });
  const { exitCode, output } = await runProgram(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', join(root, 'ui')],
    { environment, timeoutMs: 300_000, ...(signal === undefined ? {} : { signal }) },
  );
  if (exitCode !== 0) {
    report({ step: 'pages', state: 'failed', text: 'the web pages could not be built' });
    throw new CraneError('platform.failed', {
      message: `The web pages could not be built: ${output.trim().slice(-2_000)}`,
      fix: 'Undo the last change below ui/, or remove node_modules and try again.',
    });
  }
  await writeFile(stamp, hash);
  report({
    step: 'pages',
    state: 'done',
    text: 'web pages built',
    elapsedMs: Math.round(performance.now() - began),
  });
  return 'built';
}

function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const path of [...sources.flatMap((source) => filesBelow(root, source)), ...shared])
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/** Relative paths in a fixed order; a file is itself. */
function filesBelow(root: string, path: string): string[] {
  try {
    return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .toSorted();
  } catch {
    return [path];
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
