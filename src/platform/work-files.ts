import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkFiles } from '../core/port/work-files.ts';

/** The generated compose file of each app, in a private folder of its own. */
export function createWorkFiles(folder: string, isRemoving: boolean): WorkFiles {
  return {
    write: async (app, text) => {
      const place = join(folder, app);
      await mkdir(place, { recursive: true, mode: 0o700 });
      const path = join(place, 'compose.yaml');
      await writeFile(`${path}.tmp`, text, { mode: 0o600 });
      await rename(`${path}.tmp`, path);
      return path;
    },
    finish: async (app) => {
      if (isRemoving) await rm(join(folder, app), { recursive: true, force: true });
    },
  };
}
