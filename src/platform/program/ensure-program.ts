import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Report } from '../progress.ts';

/** Builds that are kept: a control plane of another data folder may still run the one before. */
const keptBuilds = 3;

/** What is loaded by its file: the program, and what runs in threads of its own. */
const entries = { main: 'src/main.ts', 'load-worker': 'src/observe/load/load-worker.ts' };

/** What the program reads from beside its code. */
const besides = { 'src/store/migrations': 'migrations' };

/**
 * The control plane as plain JavaScript, built when its code changed since the last time (ADR 21); the path of its entry.
 * `identity` names the code. Throws `platform.failed` with the builder's words.
 */
export async function ensureProgram({
  root,
  identity,
  report,
}: {
  root: string;
  identity: string;
  report: Report;
}): Promise<string> {
  const builds = join(root, 'dist');
  const folder = join(builds, identity);
  const program = join(folder, 'main.js');
  if (await touch(folder)) return program;
  const began = performance.now();
  report({ step: 'program', state: 'started', text: 'building the control plane' });
  try {
    const texts = await bundle(root);
    await mkdir(builds, { recursive: true });
    const draft = await mkdtemp(`${folder}.`);
    for (const [name, code] of texts) await writeFile(join(draft, name), escapeNonAscii(code));
    for (const [from, to] of Object.entries(besides))
      await cp(join(root, from), join(draft, to), { recursive: true });
    await moveInto(draft, folder);
    await forgetOld(builds);
  } catch (thrown) {
    report({ step: 'program', state: 'failed', text: 'the control plane could not be built' });
    throw new CraneError('platform.failed', {
      message: `The control plane could not be built: ${String(thrown).slice(-2_000)}`,
      fix: 'Undo the last change below src/, or remove node_modules and try again.',
    });
  }
  const elapsedMs = Math.round(performance.now() - began);
  report({ step: 'program', state: 'done', text: 'control plane built', elapsedMs });
  return program;
}

/** File names with their texts. */
async function bundle(root: string): Promise<(readonly [string, string])[]> {
  // Loaded here only: the builder is larger than all else.
  const { build } = await import('rolldown');
  const { output } = await build({
    cwd: root,
    input: entries,
    platform: 'node',
    logLevel: 'silent',
    write: false,
    output: { format: 'esm', comments: false },
  });
  return output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : []));
}

/** One character beyond ASCII makes Node keep the whole text at two bytes a character, for as long as the process lives. */
function escapeNonAscii(code: string): string {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether the folder is there; it counts as used now. */
async function touch(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

/** Another `crane up` of this checkout may have been quicker: both built the same. */
async function moveInto(draft: string, folder: string): Promise<void> {
  try {
    await rename(draft, folder);
    // By the same clock as all others: the file system's own may be some milliseconds behind.
    await touch(folder);
  } catch (thrown) {
    if (!(await touch(folder))) throw thrown;
    await rm(draft, { recursive: true });
  }
}

/** Drafts of interrupted builds go in the same way, counted by themselves: one may be in the making. */
async function forgetOld(builds: string): Promise<void> {
  const found = await Promise.all((await readdir(builds)).map((name) => lastUse(join(builds, name))));
  const newest = found.toSorted((one, other) => other.usedAt - one.usedAt);
  const isDraft = ({ path }: { path: string }): boolean => extname(path) !== '';
  const finished = newest.filter((each) => !isDraft(each));
  const old = [...finished.slice(keptBuilds), ...newest.filter(isDraft).slice(keptBuilds)];
  for (const { path } of old) await takeAway(path);
}

/** Under another name first: emptying a folder makes it look used now, and another one who looks would keep it in place of a newer one. */
async function takeAway(path: string): Promise<void> {
  const gone = `${path}.gone`;
  await rename(path, gone).catch(() => undefined);
  await rm(gone, { recursive: true, force: true });
}

/** Another one may just have taken it away: never used. */
async function lastUse(path: string): Promise<{ path: string; usedAt: number }> {
  return stat(path).then(
    ({ mtimeMs }) => ({ path, usedAt: mtimeMs }),
    () => ({ path, usedAt: 0 }),
  );
}
