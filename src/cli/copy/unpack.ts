import { constants } from 'node:fs';
import { link, lstat, mkdir, open, rm, symlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { CliError } from '../cli-error.ts';

type Entry = AsyncIterable<unknown> & { header: Header; resume(): unknown };

export type Unpacked = { files: number; bytes: number; skipped: string[] };

/**
 * Unpacks a tar whose entries all begin with one name; that becomes `target`. Nothing is written outside it: names with `..` or a root are
 * refused, no link is followed, and links that lead out, devices and the like are left out (`skipped`).
 * @throws `input.invalid`, `input.too_large`.
 */
export async function unpack(
  tar: AsyncIterable<Uint8Array>,
  target: string,
  { maxBytes }: { maxBytes: number },
): Promise<Unpacked> {
  const input = extract();
  const reading = pipeline(Readable.from(tar, { objectMode: false }), input);
  reading.catch((error: unknown) => input.destroy(error instanceof Error ? error : new Error(String(error))));
  const done: Unpacked = { files: 0, bytes: 0, skipped: [] };
  try {
    for await (const entry of input) {
      const parts = partsOf(entry.header.name);
      done.bytes += entry.header.size ?? 0;
      if (done.bytes > maxBytes)
        throw new CliError({
          code: 'input.too_large',
          detail: `The files have more than ${maxBytes} bytes.`,
          fix: 'Copy less, or allow more with --max-mb.',
        });
      if (await writeEntry(entry, target, parts)) done.files += 1;
      else done.skipped.push(entry.header.name);
    }
    await reading;
  } finally {
    input.destroy();
  }
  return done;
}

/** Below the first name; none for the target itself. */
function partsOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || name.includes('\0') || parts.includes('..')) throw refused(name);
  return parts.slice(1);
}

/** False = left out. */
async function writeEntry(entry: Entry, target: string, parts: readonly string[]): Promise<boolean> {
  const { type, mode, linkname } = entry.header;
  const place = join(target, ...parts);
  await requireRealFolders(target, parts);
  if (type === 'file' || type === 'contiguous-file') {
    await writeFile(entry, place, mode & 0o777);
    return true;
  }
  entry.resume();
  if (type === 'directory') {
    const found = await lstat(place).catch(() => null);
    if (found !== null && !found.isDirectory() && parts.length > 0) throw refused(place);
    await mkdir(place, { recursive: true, mode: (mode & 0o777) | 0o700 });
    return true;
  }
  const to = linkname ?? '';
  if (type === 'symlink') {
    const end = posix.normalize(posix.join('root', ...parts.slice(0, -1), to));
    if (parts.length === 0 || to.startsWith('/') || !(end === 'root' || end.startsWith('root/')))
      return false;
    await removeFile(place);
    await symlink(to, place);
    return true;
  }
  if (type !== 'link') return false;
  const source = partsOf(to);
  await requireRealFolders(target, source);
  if ((await lstat(join(target, ...source)).catch(() => null))?.isFile() !== true) return false;
  await removeFile(place);
  await link(join(target, ...source), place);
  return true;
}

async function writeFile(entry: Entry, place: string, mode: number): Promise<void> {
  await removeFile(place);
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = await open(place, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, mode);
  await pipeline(Readable.from(entry, { objectMode: false }), file.createWriteStream());
}

/** A link that is already there, or came with the archive, must lead nothing out. */
async function requireRealFolders(target: string, parts: readonly string[]): Promise<void> {
  for (let depth = 1; depth < parts.length; depth += 1) {
    const place = join(target, ...parts.slice(0, depth));
    const found = await lstat(place).catch(() => null);
    if (found === null) await mkdir(place);
    else if (!found.isDirectory()) throw refused(place);
  }
}

async function removeFile(place: string): Promise<void> {
  const found = await lstat(place).catch(() => null);
  if (found?.isDirectory() === true) throw refused(place);
  if (found === null && (await lstat(dirname(place)).catch(() => null)) === null)
    throw new CliError({ code: 'input.invalid', detail: `There is no folder ${dirname(place)}.` });
  await rm(place, { force: true });
}

function refused(name: string): CliError {
  return new CliError({
    code: 'input.invalid',
    detail: `${JSON.stringify(name.slice(0, 200))} is refused: it leads out, or something else is in its way.`,
    fix: 'Copy to an empty place.',
  });
}
