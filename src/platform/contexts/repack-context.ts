import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Pack } from 'tar-stream';
import { CraneError } from '../../core/error/crane-error.ts';
import { createEntryCheck } from '../../core/archive/check-entries.ts';
import { keptHeader } from './kept-header.ts';

export type ContextLimits = { maxBytes: number; maxEntries: number };

/** The end of an archive: two empty blocks. Kept without it, so that files can be added. */
export const archiveEnd: Uint8Array = new Uint8Array(1_024);

/**
 * Writes the tar that arrives to `path`, entry by entry and each checked, without the mark of its end. Gives the SHA-256 of
 * what was written, hexadecimal. Entries are never unpacked, and never held in memory whole.
 */
export async function repackContext(
  tar: AsyncIterable<Uint8Array>,
  path: string,
  { maxBytes, maxEntries }: ContextLimits,
  signal?: AbortSignal,
): Promise<{ hash: string; sizeBytes: number; entries: number }> {
  const hash = createHash('sha256');
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  const output = pack();
  let sizeBytes = 0;
  // The pack ends with the mark; what comes last is held back until it is known not to be it.
  let held = Buffer.alloc(0);
  const writing = pipeline(
    Readable.from(output, { objectMode: false }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        held = Buffer.concat([held, chunk]);
        if (held.length <= archiveEnd.length) continue;
        const ready = held.subarray(0, held.length - archiveEnd.length);
        held = held.subarray(ready.length);
        hash.update(ready);
        sizeBytes += ready.length;
        yield ready;
      }
    },
    file,
  );
  // A failure of either side ends the other; the first one counts.
  writing.catch(() => undefined);
  try {
    const entries = await copyEntries(limitBytes(tar, maxBytes), output, maxEntries, signal);
    output.finalize();
    await writing;
    return { hash: hash.digest('hex'), sizeBytes, entries };
  } catch (error) {
    output.destroy();
    await writing.catch(() => undefined);
    throw error;
  }
}

async function copyEntries(
  tar: AsyncIterable<Uint8Array>,
  output: Pack,
  maxEntries: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const input = extract();
  const reading = pipeline(
    Readable.from(tar, { objectMode: false }),
    input,
    signal === undefined ? {} : { signal },
  );
  reading.catch((error: unknown) => input.destroy(error instanceof Error ? error : new Error(String(error))));
  const check = createEntryCheck({ what: 'build context', maxEntries });
  let entries = 0;
  try {
    for await (const entry of input) {
      entries += 1;
      const header = keptHeader(entry.header, check);
      const sink = output.entry(header);
      await pipeline(Readable.from(entry, { objectMode: false }), sink);
    }
    await reading;
  } catch (error) {
    input.destroy();
    throw asContextError(error);
  }
  return entries;
}

async function* limitBytes(tar: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of tar) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(`more than ${Math.round(maxBytes / 1024 ** 2)} MiB`);
    yield chunk;
  }
  if (size === 0) throw malformed('it is empty');
}

function tooLarge(what: string): CraneError {
  return new CraneError('input.too_large', {
    message: `The build context has ${what}.`,
    fix: 'Name what a build does not need in .dockerignore, or raise CRANE_CONTEXT_MB.',
  });
}

function malformed(why: string, cause?: unknown): CraneError {
  return new CraneError(
    'input.malformed',
    { message: `The build context is no tar archive: ${why}.`, fix: 'Send an uncompressed tar.' },
    { cause },
  );
}

/** What the tar reader says, in a person's words; errors of the disk and of the limits stay. */
function asContextError(error: unknown): unknown {
  if (error instanceof CraneError) return error;
  if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z]+$/.test(error.code)
  )
    return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  return malformed(error instanceof Error ? error.message : 'it cannot be read', error);
}
