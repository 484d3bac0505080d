import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './has-code.ts';

const extension = '.yml';

/**
 * One file per app in the folder that Traefik watches. Written beside the folder and renamed into it, so that Traefik
 * sees one event per change and never half a file. Not flushed to the disk: what a power cut takes away, the next look of
 * Crane writes again, and each flush would delay a route by tens of milliseconds on a slow disk.
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
      await writeFile(draft, text, { mode: 0o644 });
      await rename(draft, join(directory, `${name}${extension}`));
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
