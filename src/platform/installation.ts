import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from './write-files.ts';

/** What a data folder is: an id that labels everything of it on the engine, and the credential of its parts. */
export type Installation = { id: string; credential: string; isNew: boolean };

/** Reads it, or makes it at first start; both files are private. */
export function openInstallation(dataFolder: string): Installation {
  makePrivateFolder(dataFolder);
  const isNew = !existsSync(join(dataFolder, 'installation'));
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

function readOrMake(path: string, make: () => string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const text = make();
  writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' });
  return text;
}
