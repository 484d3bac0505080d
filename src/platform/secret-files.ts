import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { CraneError } from '../core/error/crane-error.ts';
import type { FileContent } from '../core/port/runtime.ts';
import type { LaidFile, SecretFiles } from '../core/port/secret-files.ts';

/** File systems that are memory: tmpfs, ramfs. */
const memoryTypes: readonly number[] = [0x01021994, 0x858458f6];

/** Where secrets may lie for the engine at this address: Docker Desktop and engines elsewhere see no memory of this machine. */
export function memoryFolders(where: string): string[] {
  const isHere = where.startsWith('unix:') && !where.includes('/.docker/');
  return isHere ? ['/run', '/dev/shm'] : [];
}

type Place = { folders: readonly string[]; installation: string };

/**
 * Keeps secrets below the first of `folders` that is memory and can be written to, in `crane-<installation>`.
 * No folders: the engine is not on this machine.
 */
export function createSecretFiles({ folders, installation }: Place): SecretFiles {
  let root: Promise<string | null> | null = null;
  const find = (): Promise<string | null> => (root ??= findRoot(folders, `crane-${installation}`));
  const candidates = folders.map((folder) => join(folder, `crane-${installation}`));
  return {
    async lay({ app, release, service, files }) {
      const found = await find();
      if (found === null) return null;
      // No service is called by a step upwards then.
      const folder = join(found, app, String(release), `of-${service}`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const laid: LaidFile[] = [];
      for (const [index, file] of files.entries()) {
        const source = join(folder, String(index + 1));
        await layFile(source, file);
        laid.push({ path: file.path, source });
      }
      return laid;
    },
    owns: (app, source) =>
      candidates.some((candidate) => source.startsWith(`${join(candidate, app)}/`)) &&
      !source.split('/').includes('..'),
    async sweep(app, kept) {
      const found = await find();
      if (found === null) return;
      const folder = join(found, app);
      const places = await readdir(folder).catch(() => []);
      for (const place of places)
        if (!kept.includes(Number(place))) await rm(join(folder, place), { recursive: true, force: true });
      if (kept.length === 0) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** All of an installation. Absent is fine. */
export async function removeSecretFiles({ folders, installation }: Place): Promise<void> {
  for (const folder of folders)
    await rm(join(folder, `crane-${installation}`), { recursive: true, force: true });
}

async function findRoot(folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) {
    try {
      const { type } = await statfs(folder);
      if (!memoryTypes.includes(type)) continue;
      const root = join(folder, name);
      await mkdir(root, { recursive: true, mode: 0o700 });
      const found = await lstat(root);
      // Somebody else's folder of this name, or a link to one, is not to be trusted.
      if (!found.isDirectory() || found.uid !== process.getuid?.()) continue;
      await chmod(root, 0o700);
      return root;
    } catch {
      // Not there, or not ours to write to: the next one.
    }
  }
  return null;
}

/** As a whole, by its name: an instance that is about to start sees all of it. What is right already stays. */
async function layFile(path: string, { text, mode, uid, gid }: FileContent): Promise<void> {
  const isThere = await readFile(path, 'utf8')
    .then((found) => found === text)
    .catch(() => false);
  if (isThere) return;
  const next = `${path}.next`;
  await rm(next, { force: true });
  await writeFile(next, text, { mode: 0o600, flag: 'wx' });
  if (uid !== undefined || gid !== undefined) await giveTo(next, uid ?? 0, gid ?? 0);
  await chmod(next, mode);
  await rename(next, path);
}

async function giveTo(path: string, uid: number, gid: number): Promise<void> {
  try {
    await chown(path, uid, gid);
  } catch (cause) {
    throw new CraneError(
      'app.conflict',
      {
        message: `A secret cannot be given to the user ${uid}:${gid}: Crane does not run as root here.`,
        fix: 'Leave out uid and gid of the secret, and give it a mode that its reader may read by, such as 0444.',
      },
      { cause },
    );
  }
}
