import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { CraneError } from '../../core/error/crane-error.ts';
import type { BuildContexts } from '../../core/port/build-contexts.ts';
import { archiveEnd, repackContext, type ContextLimits } from './repack-context.ts';

const idPattern = /^ctx-[0-9a-f]{64}$/;

/** Build contexts as files `<folder>/<owner>/ctx-<sha256>.tar`, readable by this user only. */
export function createBuildContexts(
  folder: string,
  limits: ContextLimits & { maxTotalBytes: number },
): BuildContexts {
  const pathOf = (ownerId: number, id: string): string => {
    if (!idPattern.test(id)) throw notFound(id);
    return join(folder, String(ownerId), `${id}.tar`);
  };
  return {
    async keep(ownerId, tar, signal) {
      const own = join(folder, String(ownerId));
      await mkdir(own, { recursive: true, mode: 0o700 });
      const left = limits.maxTotalBytes - (await totalBytes(folder));
      if (left <= 0) throw full();
      const draft = join(own, `draft-${randomUUID()}`);
      try {
        const { hash, sizeBytes, entries } = await repackContext(tar, draft, limits, signal);
        const id = `ctx-${hash}`;
        const path = pathOf(ownerId, id);
        await rename(draft, path);
        const now = new Date();
        await utimes(path, now, now);
        return { id, sizeBytes, entries };
      } finally {
        await rm(draft, { force: true });
      }
    },
    has: async (ownerId, id) =>
      idPattern.test(id) && (await stat(pathOf(ownerId, id)).catch(() => null)) !== null,
    async *read(ownerId, id, files) {
      const path = pathOf(ownerId, id);
      if ((await stat(path).catch(() => null)) === null) throw notFound(id);
      yield* createReadStream(path);
      yield* renderFiles(files);
    },
    async sweep({ inUse, before }) {
      const needed = new Set(inUse.map(({ ownerId, id }) => pathOf(ownerId, id)));
      for (const path of await listFiles(folder)) {
        const found = await stat(path).catch(() => null);
        if (found !== null && !needed.has(path) && found.mtimeMs < before) await rm(path, { force: true });
      }
    },
  };
}

/** Files as the last entries of an archive, and its end. */
async function* renderFiles(files: readonly { path: string; text: string }[]): AsyncIterable<Uint8Array> {
  if (files.length === 0) {
    yield archiveEnd;
    return;
  }
  const archive = pack();
  for (const { path, text } of files) archive.entry({ name: path, mtime: new Date(0), mode: 0o644 }, text);
  archive.finalize();
  yield* Readable.from(archive, { objectMode: false });
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function totalBytes(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await listFiles(folder)).map(async (path) => (await stat(path).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function notFound(id: string): CraneError {
  return new CraneError('context.not_found', {
    message: `The build context ${id.slice(0, 80)} is not here (any more).`,
    fix: 'Send it again: crane deploy does.',
  });
}

function full(): CraneError {
  return new CraneError('store.full', {
    message: 'Too many build contexts are waiting to be built.',
    fix: 'Wait until builds have ended, and try again.',
  });
}
