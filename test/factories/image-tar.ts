import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A one-layer image as `docker save` writes it: files by path. Nothing in it can run. */
export async function renderImageTar(
  reference: string,
  files: Readonly<Record<string, string>>,
): Promise<{ imageId: string; tar: Buffer }> {
  return wrapLayer(reference, await renderTar(files));
}

/** The same of a layer as it is. */
export async function wrapLayer(reference: string, layer: Buffer): Promise<{ imageId: string; tar: Buffer }> {
  const diffId = `sha256:${sha256(layer)}`;
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: {},
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'test' }],
  });
  const id = sha256(config);
  const manifest = JSON.stringify([{ Config: `${id}.json`, RepoTags: [reference], Layers: ['layer.tar'] }]);
  const tar = await renderTar({ [`${id}.json`]: config, 'layer.tar': layer, 'manifest.json': manifest });
  return { imageId: `sha256:${id}`, tar };
}

/** A layer of so many empty files. */
export function layerOfFiles(count: number): Buffer {
  const layer = Buffer.alloc((count + 2) * 512);
  for (let index = 0; index < count; index += 1)
    writeHeader(layer.subarray(index * 512, (index + 1) * 512), {
      name: `srv/${index % 1_000}/${index}`,
      size: 0,
    });
  return layer;
}

/** A layer of one sparse file (GNU tar): some bytes in the layer, `bytes` when it is unpacked. */
export function layerOfSparseFile(name: string, bytes: number): Buffer {
  const layer = Buffer.alloc(4 * 512);
  layer.write('P:musl\nV:1.2.5-r0\n\n', 512);
  const octal = (value: number): string => value.toString(8).padStart(11, '0');
  const header = layer.subarray(0, 512);
  header.write(`${octal(0)}\0${octal(512)}\0${octal(bytes)}\0${octal(0)}\0`, 386, 'latin1');
  header.write(octal(bytes), 483, 'latin1');
  writeHeader(header, { name, size: 512, type: 'S', magic: 'ustar  \0' });
  return layer;
}

type Header = { name: string; size: number; type?: string; magic?: string };

/** POSIX.1-1988 (ustar), with the sum of its bytes. */
function writeHeader(block: Buffer, { name, size, type = '0', magic = 'ustar\u000000' }: Header): void {
  block.write(name, 0, 'latin1');
  block.write('0000644\u00000000000\u00000000000\0', 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\u000000000000000\0        ${type}`, 124, 'latin1');
  block.write(magic, 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

async function renderTar(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(Readable.from(archive));
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A small Alpine with these packages, as apk records them. */
export function alpineFiles(packages: Readonly<Record<string, string>>): Record<string, string> {
  const installed = Object.entries(packages).map(
    ([name, version]) =>
      `C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:${name}\nV:${version}\nA:x86_64\no:${name}\nL:MIT\n`,
  );
  return {
    'etc/alpine-release': '3.20.3\n',
    'etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n',
    'lib/apk/db/installed': `${installed.join('\n')}\n`,
  };
}
