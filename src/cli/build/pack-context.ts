import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { ContextEntry } from './list-context.ts';

/** The entries as a tar, read while it is sent; `onBytes` is told how much of the files was read. */
export async function* packContext(
  entries: readonly ContextEntry[],
  onBytes: (total: number) => void = () => undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const archive = pack();
  const writing = writeEntries(archive, entries, onBytes);
  writing.catch(() => archive.destroy());
  try {
    for await (const chunk of Readable.from(archive, { objectMode: false })) yield chunk;
  } catch (error) {
    // Why the writing ended says more than that the archive did.
    await writing;
    throw error;
  }
  await writing;
}

async function writeEntries(
  archive: Pack,
  entries: readonly ContextEntry[],
  onBytes: (total: number) => void,
): Promise<void> {
  let total = 0;
  for (const entry of entries) {
    await writeEntry(archive, entry);
    total += entry.size;
    onBytes(total);
  }
  archive.finalize();
}

async function writeEntry(
  archive: Pack,
  { path, place, kind, size, mode, modifiedAt, target }: ContextEntry,
): Promise<void> {
  const header = { name: path, mode, mtime: modifiedAt, uid: 0, gid: 0 };
  if (kind === 'folder') archive.entry({ ...header, name: `${path}/`, type: 'directory' });
  else if (kind === 'link') archive.entry({ ...header, type: 'symlink', linkname: target });
  else if (size === 0) archive.entry(header, '');
  else {
    const sink = archive.entry({ ...header, size });
    try {
      // What is written to it meanwhile is left out; what is taken away fails.
      await pipeline(createReadStream(place, { end: size - 1 }), sink);
    } catch (error) {
      throw new Error(`${place} could not be read whole; it may have changed meanwhile.`, { cause: error });
    }
  }
}
