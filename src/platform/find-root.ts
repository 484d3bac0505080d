import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout that a folder lies in: a built program lies elsewhere in it than its source. Throws when there is none. */
export function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package-lock.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('this code lies in no checkout of Crane');
  return findRoot(parent);
}
