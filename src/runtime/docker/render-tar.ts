import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { FileContent } from '../../core/port/runtime.ts';

/**
 * A tar of files by their absolute paths. Folders are not in it: the engine makes those that are missing and leaves the others
 * as they are.
 */
export async function renderTar(files: readonly FileContent[], modifiedAtMs: number): Promise<Uint8Array> {
  const tar = pack();
  const whole = buffer(tar);
  for (const { path, mode, uid = 0, gid = 0, text } of files)
    tar.entry(
      {
        name: path.replace(/^\/+/, ''),
        mode,
        uid,
        gid,
        mtime: new Date(modifiedAtMs),
        ...largeOwner(uid, gid),
      },
      Buffer.from(text, 'utf8'),
    );
  tar.finalize();
  return whole;
}

/** The library cuts ids above six octal digits; a PAX record (POSIX.1-2001) holds any. */
function largeOwner(uid: number, gid: number): { pax?: Record<string, string> } {
  return Math.max(uid, gid) <= 0o777777 ? {} : { pax: { uid: String(uid), gid: String(gid) } };
}
