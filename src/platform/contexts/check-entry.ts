import { posix } from 'node:path';
import type { Header } from 'tar-stream';
import { CraneError } from '../../core/error/crane-error.ts';

const longestName = 4_096;
const kinds = new Set(['file', 'directory', 'symlink', 'link', 'contiguous-file']);

export type KeptHeader = Pick<Header, 'name' | 'mode' | 'mtime' | 'type' | 'uid' | 'gid' | 'size'> & {
  linkname?: string;
};

/**
 * An entry of a build context as it is kept: a clean relative name, no owner, no special bits. A symbolic link is kept as it
 * is: nothing here follows it, and the engine follows it only inside the context.
 * @throws `input.invalid` for a name or a hard link that leads out of the context, and for devices and the like.
 */
export function checkEntry(header: Header): KeptHeader {
  const { type } = header;
  if (!kinds.has(type)) throw refused(header.name, `it is a ${type}`);
  const name = cleanName(header.name);
  const kept: KeptHeader = {
    name: type === 'directory' ? `${name}/` : name,
    mode: header.mode & 0o777,
    mtime: header.mtime,
    type,
    uid: 0,
    gid: 0,
    size: type === 'file' || type === 'contiguous-file' ? header.size : 0,
  };
  if (type === 'link') return { ...kept, linkname: cleanName(header.linkname) };
  if (type === 'symlink') return { ...kept, linkname: header.linkname.slice(0, longestName) };
  return kept;
}

function cleanName(name: string): string {
  if (name.length > longestName) throw refused(name, `its name is longer than ${longestName} characters`);
  if (name.includes('\0')) throw refused(name, 'its name holds a null');
  if (name.startsWith('/')) throw refused(name, 'its name is absolute');
  if (name.split('/').includes('..')) throw refused(name, 'its name leads out of the context');
  const clean = posix.normalize(name).replace(/\/+$/, '');
  if (clean === '') throw refused(name, 'it has no name');
  return clean;
}

function refused(name: string, why: string): CraneError {
  return new CraneError('input.invalid', {
    message: `The build context holds ${JSON.stringify(name.slice(0, 200))}, which is refused: ${why}.`,
    fix: 'Send files, folders and links below the context only.',
  });
}
