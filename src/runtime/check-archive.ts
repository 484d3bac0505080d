import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Header, type Pack } from 'tar-stream';
import { CraneError } from '../core/error/crane-error.ts';

const kinds = new Set(['file', 'directory', 'symlink', 'link', 'contiguous-file']);

/**
 * The same archive with each entry checked as it passes: relative names that lead nowhere else, nobody's owner, no special bits.
 * @throws `input.invalid` for other entries, `input.malformed` for what is no tar.
 */
export async function* checkArchive(
  tar: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const output = pack();
  const copying = copyEntries(tar, output);
  copying.catch(() => output.destroy());
  try {
    for await (const chunk of Readable.from(output, { objectMode: false })) yield chunk;
  } catch (error) {
    // Why the copying ended says more than that the archive did.
    await copying;
    throw error;
  } finally {
    output.destroy();
  }
  await copying;
}

async function copyEntries(tar: AsyncIterable<Uint8Array>, output: Pack): Promise<void> {
  const input = extract();
  const reading = pipeline(Readable.from(tar, { objectMode: false }), input);
  reading.catch((error: unknown) => input.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const entry of input)
      await pipeline(Readable.from(entry, { objectMode: false }), output.entry(checkHeader(entry.header)));
    await reading;
    output.finalize();
  } catch (error) {
    input.destroy();
    throw asArchiveError(error);
  }
}

function checkHeader(header: Header): Header {
  const { name, type, linkname } = header;
  if (!kinds.has(type)) throw refused(name, `it is a ${type}`);
  for (const each of type === 'link' ? [name, linkname ?? ''] : [name])
    if (each.startsWith('/') || each.split('/').includes('..'))
      throw refused(each, 'it leads out of the folder');
  return { ...header, mode: header.mode & 0o777, uid: 0, gid: 0, uname: '', gname: '', pax: null };
}

function refused(name: string, why: string): CraneError {
  return new CraneError('input.invalid', {
    message: `The archive holds ${JSON.stringify(name.slice(0, 200))}, which is refused: ${why}.`,
    fix: 'Send files, folders and links only.',
  });
}

function asArchiveError(error: unknown): unknown {
  if (error instanceof CraneError || !(error instanceof Error)) return error;
  const isOther = error.name === 'AbortError' || ('code' in error && /^E[A-Z]+$/.test(String(error.code)));
  return isOther
    ? error
    : new CraneError(
        'input.malformed',
        { message: `This is no tar archive: ${error.message}.`, fix: 'Send an uncompressed tar.' },
        { cause: error },
      );
}
