import { CraneError } from '../error/crane-error.ts';

/** An entry of a tar as its header says it. `type` is null for kinds that the reader does not know (sparse files). */
export type ArchiveEntry = { name: string; type: string | null; linkname: string | null };

/** Its clean name, and what a hard link leads to. */
export type CheckedEntry = { name: string; linkname: string | null };

const longestName = 4_096;
const kinds = new Set(['file', 'directory', 'symlink', 'link', 'contiguous-file']);

/**
 * Checks the entries of one archive, one after the other: relative names that lead nowhere else, not by a link of the same archive either,
 * and nothing but files, folders and links. A symbolic link may lead anywhere: what unpacks it does not follow it. `what` is how the archive is
 * called in a message.
 * @throws `input.invalid` for an entry that may not be, `input.too_large` for the one after `maxEntries`
 */
export function createEntryCheck({
  what,
  maxEntries,
}: {
  what: string;
  maxEntries: number;
}): (entry: ArchiveEntry) => CheckedEntry {
  const links = new Set<string>();
  let entries = 0;
  const refused = (name: string, why: string): CraneError =>
    new CraneError('input.invalid', {
      message: `The ${what} holds ${JSON.stringify(name.slice(0, 200))}, which is refused: ${why}.`,
      fix: 'Send files, folders and links below one folder only.',
    });
  const cleanName = (name: string): string => {
    const fault = nameFault(name) ?? linkFault(name, links);
    if (fault !== null) throw refused(name, fault);
    return partsOf(name).join('/');
  };
  return ({ name: given, type, linkname }) => {
    entries += 1;
    if (entries > maxEntries) throw tooMany(what, maxEntries);
    if (type === null || !kinds.has(type))
      throw refused(given, `it is a ${type ?? 'file of an unknown kind'}`);
    const name = cleanName(given);
    if (name === '' && type !== 'directory') throw refused(given, 'it has no name');
    if (type === 'symlink') links.add(name);
    if (type !== 'link')
      return { name, linkname: type === 'symlink' ? (linkname ?? '').slice(0, longestName) : null };
    const target = cleanName(linkname ?? '');
    if (links.has(target)) links.add(name);
    return { name, linkname: target };
  };
}

/** `./a//b/` → `a`, `b`. */
function partsOf(name: string): string[] {
  return name.split('/').filter((part) => part !== '' && part !== '.');
}

function nameFault(name: string): string | null {
  if (name.length > longestName) return `its name is longer than ${longestName} characters`;
  if (name.includes('\0')) return 'its name holds a NUL';
  if (name.startsWith('/')) return 'its name is absolute';
  return name.split('/').includes('..') ? 'its name leads out of the folder' : null;
}

function linkFault(name: string, links: ReadonlySet<string>): string | null {
  if (links.size === 0) return null;
  const parts = partsOf(name);
  const above = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  return above.some((folder) => links.has(folder)) ? 'it lies below a link' : null;
}

function tooMany(what: string, maxEntries: number): CraneError {
  return new CraneError('input.too_large', {
    message: `The ${what} has more than ${maxEntries} files.`,
    fix:
      what === 'build context' ? 'Name what a build does not need in .dockerignore.' : 'Send less at once.',
  });
}
