import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { CraneError } from '../../core/error/crane-error.ts';
import type { ScanDatabase } from '../../core/port/scanner.ts';
import { readDatabase } from './read-database.ts';

const names = ['trivy.db', 'metadata.json'] as const;
/** The published one has about 1 GB. */
const maxBytes = 4 * 1024 ** 3;

/** The database that scans look things up in, below `directory`. A new one takes the place of the old one by renames. */
export function createTrivyDatabase(directory: string): ScanDatabase {
  const status: ScanDatabase['status'] = async () => {
    const found = await readDatabase(directory);
    if (found === null) return null;
    const { size } = await stat(join(found.directory, 'trivy.db'));
    return { updatedAt: found.updatedAt, sizeBytes: size };
  };
  return {
    status,
    async import(path, signal) {
      const fresh = join(directory, 'db.new');
      await rm(fresh, { recursive: true, force: true });
      await mkdir(fresh, { recursive: true, mode: 0o755 });
      try {
        await bring(path, fresh, signal);
        await requireDatabase(fresh);
        await rm(join(directory, 'db.old'), { recursive: true, force: true });
        await rename(join(directory, 'db'), join(directory, 'db.old')).catch(ignoreMissing);
        await rename(fresh, join(directory, 'db'));
      } finally {
        await rm(fresh, { recursive: true, force: true });
        await rm(join(directory, 'db.old'), { recursive: true, force: true });
      }
      const imported = await status();
      if (imported === null) throw refused('it cannot be read back');
      return imported;
    },
  };
}

async function bring(path: string, target: string, signal: AbortSignal | undefined): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw refused('there is nothing, or it cannot be looked at');
  if (!found.isDirectory()) return unpack(path, target, signal);
  const inner = await stat(join(path, 'db', 'trivy.db')).catch(() => null);
  const folder = inner === null ? path : join(path, 'db');
  for (const name of names)
    await copyFile(join(folder, name), join(target, name)).catch(() => {
      throw refused(`the folder has no ${name}`);
    });
}

/** Only the two files are taken out, whatever else the archive holds and wherever its names lead. */
async function unpack(path: string, target: string, signal: AbortSignal | undefined): Promise<void> {
  const archive = extract();
  const source = createReadStream(path);
  const isPacked = await startsWith(path, [0x1f, 0x8b]);
  const streams = isPacked ? [source, createGunzip(), archive] : [source, archive];
  const reading = pipeline(streams, signal === undefined ? {} : { signal });
  reading.catch(() => undefined);
  let total = 0;
  try {
    for await (const entry of archive) {
      const name = names.find((each) => entry.header.name.split('/').at(-1) === each);
      if (name === undefined || entry.header.type !== 'file') {
        entry.resume();
        continue;
      }
      total += entry.header.size ?? 0;
      if (total > maxBytes) throw refused('it is too large');
      await pipeline(entry, createWriteStream(join(target, name), { mode: 0o644 }));
    }
    await reading;
  } catch (error) {
    if (error instanceof CraneError) throw error;
    signal?.throwIfAborted();
    throw refused('it is no archive with trivy.db and metadata.json', error);
  }
}

/** Junk would make every later scan fail: the file must be one of the kind, and its description readable. */
async function requireDatabase(folder: string): Promise<void> {
  if ((await readDatabase(folder)) === null) throw refused('it lacks trivy.db or a readable metadata.json');
  // The magic number of the file format, little-endian, in its first page.
  if (!(await startsWith(join(folder, 'trivy.db'), [0xed, 0xda, 0x0c, 0xed], 16)))
    throw refused('its trivy.db is not a database');
}

async function startsWith(path: string, bytes: readonly number[], at = 0): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length, at);
    return bytesRead === bytes.length && bytes.every((byte, index) => buffer[index] === byte);
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

function refused(why: string, cause?: unknown): CraneError {
  return new CraneError(
    'input.invalid',
    {
      message: `This is not a vulnerability database: ${why}.`,
      fix: 'Name a folder, or a .tar or .tar.gz, with trivy.db and metadata.json in it.',
    },
    { cause },
  );
}
