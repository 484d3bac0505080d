import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What lies in a data folder, each with what may follow its name (`crane.db-wal`, `credentials.json.12.tmp`). */
const own = [
  'installation',
  'credential',
  'secret-keys',
  'setup-token',
  'credentials.json',
  'crane.db',
  'break-glass.sock',
  'crane.pid',
  'crane.log',
  'lease.db',
  'platform.lock',
  'logs',
  'contexts',
  'drafts',
  'parts',
  'scans',
  'trivy',
  'work',
] as const;

/** Whether an entry of a data folder is one that Crane makes. */
function isOwn(name: string): boolean {
  return own.some(
    (known) => name === known || (/^[-.]/.test(name.slice(known.length)) && name.startsWith(known)),
  );
}

/** Names in this folder that are not Crane's; none when it does not exist. */
export function foreignEntries(dataFolder: string): string[] {
  return existsSync(dataFolder) ? readdirSync(dataFolder).filter((name) => !isOwn(name)) : [];
}

/**
 * Removes what Crane keeps there, and the folder when nothing else is in it: a variable that named somebody's home must
 * not cost it. Returns what stayed.
 */
export function removeDataFolder(dataFolder: string): string[] {
  if (!existsSync(dataFolder)) return [];
  for (const name of readdirSync(dataFolder).filter(isOwn))
    rmSync(join(dataFolder, name), { recursive: true, force: true });
  return removeIfEmpty(dataFolder);
}

/** The same for the cache, whose one entry are the builds of the images. */
export function removeCacheFolder(cacheFolder: string): string[] {
  rmSync(imageCache(cacheFolder), { recursive: true, force: true });
  return existsSync(cacheFolder) ? removeIfEmpty(cacheFolder) : [];
}

/** Where builds of images from source keep what the next one can use. */
export function imageCache(cacheFolder: string): string {
  return join(cacheFolder, 'images');
}

function removeIfEmpty(folder: string): string[] {
  const left = readdirSync(folder);
  if (left.length === 0) rmdirSync(folder);
  return left;
}
