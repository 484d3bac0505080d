import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Header, type Pack } from 'tar-stream';
import { createEntryCheck } from '../core/archive/check-entries.ts';
import { CraneError } from '../core/error/crane-error.ts';

/**
 * The same archive with each entry checked as it passes (`createEntryCheck`), nobody's owner, no special bits.
 * @throws as the check does; `input.malformed` for what is no tar.
 */
export async function* checkArchive(
  tar: AsyncIterable<Uint8Array>,
  maxEntries = 200_000,
): AsyncGenerator<Uint8Array, void, undefined> {
  const output = pack();
  const copying = copyEntries(tar, output, createEntryCheck({ what: 'archive', maxEntries }));
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

async function copyEntries(
  tar: AsyncIterable<Uint8Array>,
  output: Pack,
  check: ReturnType<typeof createEntryCheck>,
): Promise<void> {
  const input = extract();
  const reading = pipeline(Readable.from(tar, { objectMode: false }), input);
  reading.catch((error: unknown) => input.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const entry of input)
      await pipeline(
        Readable.from(entry, { objectMode: false }),
        output.entry(keptHeader(entry.header, check)),
      );
    await reading;
    output.finalize();
  } catch (error) {
    input.destroy();
    throw asArchiveError(error);
  }
}

function keptHeader(header: Header, check: ReturnType<typeof createEntryCheck>): Header {
  const { name, linkname } = check({ ...header, linkname: header.linkname ?? null });
  return {
    ...header,
    name: header.type === 'directory' ? `${name === '' ? '.' : name}/` : name,
    ...(linkname === null ? {} : { linkname }),
    mode: header.mode & 0o777,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    pax: null,
  };
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
