import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContextEntry } from '../build/list-context.ts';
import { usageError } from '../cli-error.ts';

/** A file or a whole folder under another name; links inside are kept as links, sockets and devices are left out. */
export function listLocal(place: string, name: string): ContextEntry[] {
  const top = statSync(place, { throwIfNoEntry: false });
  if (top === undefined) throw usageError(`There is no file or folder ${place}.`, 'Look at its name.');
  const walk = (at: string, path: string, isTop: boolean): ContextEntry[] => {
    const found = isTop ? top : lstatSync(at);
    const entry = {
      path,
      place: at,
      size: found.isFile() ? found.size : 0,
      mode: found.mode & 0o777,
      modifiedAt: new Date(Math.floor(found.mtimeMs / 1_000) * 1_000),
      target: '',
    };
    if (found.isFile()) return [{ ...entry, kind: 'file' }];
    if (found.isSymbolicLink()) return [{ ...entry, kind: 'link', target: readlinkSync(at) }];
    if (!found.isDirectory()) return [];
    const inside = readdirSync(at).sort();
    return [
      { ...entry, kind: 'folder' },
      ...inside.flatMap((each) => walk(join(at, each), `${path}/${each}`, false)),
    ];
  };
  return walk(place, name, true);
}
