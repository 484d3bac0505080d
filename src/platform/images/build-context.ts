import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';

import type { BuiltFile } from './build-binary.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { renderDockerfile } from './render-dockerfile.ts';

type ContextEntry =
  | { kind: 'folder'; name: string }
  | { kind: 'text'; name: string; content: Buffer }
  | { kind: 'program'; name: string; source: string; size: number };

const certificatePath = '/etc/ssl/certs/ca-certificates.crt';
// Debian and Alpine; Fedora; macOS.
const hostCertificates = [certificatePath, '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** Reads the CA certificates of this machine; null where none are found (the image then trusts no HTTPS server). */
export async function readCaCertificates(
  places: readonly string[] = hostCertificates,
): Promise<Buffer | null> {
  for (const place of places) {
    const content = await readFile(place).catch(() => null);
    if (content !== null) return content;
  }
  return null;
}

/**
 * Packs the build context of an image as a tar stream for the Engine's build API (classic builder): a Dockerfile, and
 * under `rootfs/` the binaries, CA certificates, a user table and the writable folders. The same files give the same
 * bytes, so that the engine's build cache holds. Rejects when a built file is missing.
 */
export async function buildContext(context: {
  recipe: ImageRecipe;
  files: readonly BuiltFile[];
  certificates: Buffer | null;
}): Promise<Readable> {
  const { recipe, files, certificates } = context;
  const entries: ContextEntry[] = [
    { kind: 'text', name: 'Dockerfile', content: Buffer.from(renderDockerfile(recipe)) },
    // Programs look up their own user and its home.
    text('/etc/passwd', 'root:x:0:0::/:\nnobody:x:65534:65534::/tmp:\n'),
    text('/etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    ...(certificates === null ? [] : [text(certificatePath, certificates)]),
    ...recipe.run.writablePaths.map((path): ContextEntry => ({ kind: 'folder', name: `rootfs${path}/` })),
    ...(await Promise.all(files.map((file) => program(file)))),
  ];
  const stream = pack();
  // A failure destroys the stream, and so reaches whoever reads it.
  void writeEntries(stream, entries).catch((error: unknown) => stream.destroy(toError(error)));
  return Readable.from(stream, { objectMode: false });
}

function text(path: string, content: string | Buffer): ContextEntry {
  return { kind: 'text', name: `rootfs${path}`, content: Buffer.from(content) };
}

async function program({ source, path }: BuiltFile): Promise<ContextEntry> {
  const { size } = await stat(source);
  return { kind: 'program', name: `rootfs${path}`, source, size };
}

async function writeEntries(stream: Pack, entries: readonly ContextEntry[]): Promise<void> {
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    await writeEntry(stream, entry);
  }
  stream.finalize();
}

async function writeEntry(stream: Pack, entry: ContextEntry): Promise<void> {
  const header = { name: entry.name, mtime: new Date(0), uid: 0, gid: 0 };
  switch (entry.kind) {
    case 'folder':
      // Like /tmp: whatever user the container gets may write there, also in a new volume, which takes the mode over.
      stream.entry({ ...header, type: 'directory', mode: 0o1777 });
      return;
    case 'text':
      stream.entry({ ...header, mode: 0o644 }, entry.content);
      return;
    case 'program': {
      const sink = stream.entry({ ...header, mode: 0o755, size: entry.size });
      await pipeline(createReadStream(entry.source), sink);
      return;
    }
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('packing the build context failed', { cause: thrown });
}
