import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { uniquePrefix } from './docker-engine.ts';

/** An image of `probe/main.go`, made for this test process alone. */
export const probeImage = `${uniquePrefix()}/probe:1`;

const dockerfile = 'FROM scratch\nCOPY probe /probe\nUSER 65534:65534\nENTRYPOINT ["/probe"]\n';

/** Compiles the probe (standard library only, so without a network) and builds its image by the engine's API. */
export async function buildProbeImage(client: EngineClient): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  try {
    const source = join(import.meta.dirname, 'probe/main.go');
    await promisify(execFile)('go', ['build', '-trimpath', '-o', join(folder, 'probe'), '--', source], {
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GO111MODULE: 'off' },
    });
    const binary = await readFile(join(folder, 'probe'));
    const files = { Dockerfile: Buffer.from(dockerfile), probe: binary };
    for await (const line of client.images.build({ tar: tarOf(files), tags: [probeImage] }))
      if (line.kind === 'built') return line.imageId;
    return assert.fail('the build ended without an image');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A tar of executable files, as a build context. */
export function tarOf(files: Readonly<Record<string, Buffer>>): AsyncIterable<Uint8Array> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mode: 0o755 }, content);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
