import type { Header } from 'tar-stream';
import type { createEntryCheck } from '../../core/archive/check-entries.ts';

export type KeptHeader = Pick<Header, 'name' | 'mode' | 'mtime' | 'type' | 'uid' | 'gid' | 'size'> & {
  linkname?: string;
};

/**
 * An entry of a build context as it is kept: a clean relative name, no owner, no special bits. A symbolic link is kept as it
 * is: nothing here follows it, and the engine follows it only inside the context.
 * @throws as the check does
 */
export function keptHeader(header: Header, check: ReturnType<typeof createEntryCheck>): KeptHeader {
  const { type, mode, mtime } = header;
  const { name, linkname } = check({ ...header, linkname: header.linkname ?? null });
  return {
    name: type === 'directory' ? `${name === '' ? '.' : name}/` : name,
    mode: mode & 0o777,
    mtime,
    type,
    uid: 0,
    gid: 0,
    size: type === 'file' || type === 'contiguous-file' ? header.size : 0,
    ...(linkname === null ? {} : { linkname }),
  };
}
