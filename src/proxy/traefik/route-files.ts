import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './has-code.ts';

const extension = '.yml';

/**
 * One file per app in the folder that Traefik watches. Written beside the folder and renamed into it, so that Traefik
 * sees one event per change and never half a file. What has been written is on disk when the call returns.
 */
export type RouteFiles = {
  /** Null when absent. */
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
  /** Absent is fine. */
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
};

export function createRouteFiles(directory: string): RouteFiles {
  const staging = `${directory}.staging`;
  let sequence = 0;
  return {
    async read(name) {
      try {
        return await readFile(join(directory, `${name}${extension}`), 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return null;
        throw error;
      }
    },
    async write(name, text) {
      await mkdir(directory, { recursive: true, mode: 0o755 });
      await mkdir(staging, { recursive: true, mode: 0o700 });
      sequence += 1;
      const draft = join(staging, `${name}.${process.pid}.${sequence}`);
      const file = await open(draft, 'w', 0o644);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, join(directory, `${name}${extension}`));
      await syncFolder(directory);
    },
    async remove(name) {
      await rm(join(directory, `${name}${extension}`), { force: true });
    },
    async list() {
      const names = await readdir(directory).catch((error: unknown) => {
        if (hasCode(error, 'ENOENT')) return [];
        throw error;
      });
      return names.filter((name) => name.endsWith(extension)).map((name) => name.slice(0, -extension.length));
    },
  };
}

/** A rename is durable only when the folder is, too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
