import { Unzip, UnzipInflate, UnzipPassThrough, zipSync, type Zippable } from 'fflate';
import type { BundleFile } from '../core/bundle/bundle.ts';
import { CraneError } from '../core/error/crane-error.ts';

/** The earliest time that a ZIP file can say: the same files give the same bytes. */
const epoch = new Date(1980, 0, 1);
const unix = 3;
const plainFile = 0o100_644 * 0x1_0000;

/** Files as a ZIP archive, in the order of their paths. */
export function packZip(files: readonly BundleFile[]): Uint8Array {
  const sorted = files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const entries: Zippable = {};
  for (const { path, text } of sorted)
    entries[path] = [new TextEncoder().encode(text), { mtime: epoch, os: unix, attrs: plainFile, level: 9 }];
  return zipSync(entries);
}

const most = { files: 100, fileBytes: 1_000_000, bytes: 8_000_000, nameLength: 255 };
/** Deflate makes at most 1032 bytes of one: so much is unpacked before the sizes are looked at again. */
const stepBytes = 4096;

/**
 * The text files of a ZIP archive; nothing is written anywhere and no link is followed: an entry that is one is the text it
 * holds. Folders are passed over. Throws `input.invalid` for names that lead outside (absolute, `..`, `\`), for a name that
 * comes twice, for what is not UTF-8, and `input.too_large` as soon as more comes out than a bundle may hold.
 */
export function unpackZip(archive: Uint8Array): BundleFile[] {
  const files = new Map<string, Uint8Array[]>();
  let bytes = 0;
  const unzip = new Unzip((entry) => {
    if (entry.name.endsWith('/')) return;
    checkName(entry.name, files);
    const chunks: Uint8Array[] = [];
    files.set(entry.name, chunks);
    if (files.size > most.files) throw tooLarge(`more than ${most.files} files`);
    let own = 0;
    entry.ondata = (error, chunk) => {
      if (error !== null) throw error;
      own += chunk.length;
      bytes += chunk.length;
      if (own > most.fileBytes || bytes > most.bytes)
        throw tooLarge(
          `${entry.name} makes it more than ${own > most.fileBytes ? most.fileBytes : most.bytes} bytes`,
        );
      chunks.push(chunk.slice());
    };
    entry.start();
  });
  unzip.register(UnzipPassThrough);
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < archive.length; at += stepBytes)
      unzip.push(archive.subarray(at, at + stepBytes), at + stepBytes >= archive.length);
  } catch (error) {
    throw error instanceof CraneError ? error : unreadable(error);
  }
  if (files.size === 0) throw unreadable(undefined);
  return Array.from(files, ([path, chunks]) => ({ path, text: decode(path, chunks) }));
}

function checkName(name: string, known: ReadonlyMap<string, unknown>): void {
  const parts = name.split('/');
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const isOdd = /[\u0000-\u001f\\:]/.test(name) || name.length > most.nameLength;
  if (!isOdd && !known.has(name) && parts.every((part) => part !== '' && part !== '.' && part !== '..'))
    return;
  throw new CraneError('input.invalid', {
    message: known.has(name)
      ? `The archive holds ${JSON.stringify(name)} twice.`
      : `The archive holds a file named ${JSON.stringify(name.slice(0, 100))}, which leads outside of it.`,
    fix: 'Take a bundle that crane export made.',
  });
}

function decode(path: string, chunks: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new CraneError(
      'input.invalid',
      { message: `${path} is not text in UTF-8.`, fix: 'A bundle holds text files only.' },
      { cause },
    );
  }
}

function tooLarge(what: string): CraneError {
  return new CraneError('input.too_large', {
    message: `The archive is too large for a bundle: ${what}.`,
    fix: 'Take a bundle that crane export made.',
  });
}

function unreadable(cause: unknown): CraneError {
  return new CraneError(
    'input.invalid',
    { message: 'This is not a ZIP archive that can be read.', fix: 'Take a bundle that crane export made.' },
    { cause },
  );
}
