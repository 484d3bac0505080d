import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CraneError } from '../core/error/crane-error.ts';
import { foreignEntries } from './data-folder.ts';
import { makePrivateFolder } from './write-files.ts';

/** What a data folder is: an id that labels everything of it on the engine, and the credential of its parts. */
export type Installation = { id: string; credential: string; isNew: boolean };

/**
 * Reads it, or makes it at first start; both files are private. A folder with files of something else is refused
 * (`input.invalid`): it would be closed to others now and emptied by `crane down --purge` later.
 */
export function openInstallation(dataFolder: string): Installation {
  const isNew = findInstallation(dataFolder) === null;
  requireOwnFolder(dataFolder);
  makePrivateFolder(dataFolder);
  return {
    id: readOrMake(join(dataFolder, 'installation'), () => randomBytes(8).toString('hex')),
    credential: readOrMake(join(dataFolder, 'credential'), () => randomBytes(32).toString('base64url')),
    isNew,
  };
}

/** Null when this folder never was one. */
export function findInstallation(dataFolder: string): string | null {
  const path = join(dataFolder, 'installation');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

/** Throws `input.invalid` for a folder that is none of Crane's yet and holds something else. */
export function requireOwnFolder(dataFolder: string): void {
  if (findInstallation(dataFolder) !== null) return;
  const foreign = foreignEntries(dataFolder);
  if (foreign.length === 0) return;
  const shown = foreign.slice(0, 3).join(', ');
  throw new CraneError('input.invalid', {
    message: `The data folder ${dataFolder} holds files of something else (${shown}${foreign.length > 3 ? ', …' : ''}).`,
    fix: 'Choose a folder of its own: CRANE_DATA=…',
  });
}

function readOrMake(path: string, make: () => string): string {
  const draft = `${path}.${process.pid}.tmp`;
  if (!existsSync(path)) {
    writeFileSync(draft, `${make()}\n`, { mode: 0o600 });
    try {
      // Whole or not at all; and one that another process made meanwhile is the one.
      linkSync(draft, path);
    } catch (error) {
      if (!existsSync(path)) throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readFileSync(path, 'utf8').trim();
}
