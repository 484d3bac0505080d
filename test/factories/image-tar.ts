import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A one-layer image as `docker save` writes it: files by path. Nothing in it can run. */
export async function renderImageTar(
  reference: string,
  files: Readonly<Record<string, string>>,
): Promise<{ imageId: string; tar: Buffer }> {
  const layer = await renderTar(files);
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
