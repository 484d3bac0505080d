import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { extract } from 'tar-stream';

import { buildContext, readCaCertificates } from './build-context.ts';
import { parseRecipe } from './image-recipe.ts';

const recipe = parseRecipe(
  {
    name: 'echo',
    version: '1.0.0',
    localTag: 'crane/echo:1.0.0',
    build: { binaries: [{ package: 'example.org/echo', path: '/usr/local/bin/echo' }], typicalSeconds: 3 },
    run: { entrypoint: ['/usr/local/bin/echo'], user: '65534:65534', writablePaths: ['/tmp', '/data'] },
  },
  'image.json',
);

async function writeBinary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'context-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'echo'), 'ELF'.repeat(100_000));
  return join(folder, 'echo');
}

async function pack(source: string, certificates: Buffer | null = Buffer.from('CA')): Promise<Buffer> {
  return buffer(
    await buildContext({ recipe, files: [{ source, path: '/usr/local/bin/echo' }], certificates }),
  );
}

async function list(tar: Buffer): Promise<{ name: string; mode: number; size: number; text: string }[]> {
  const reader = extract();
  reader.end(tar);
  const entries = [];
  for await (const entry of reader) {
    const content = await buffer(entry);
    const { name, mode } = entry.header;
    entries.push({ name, mode, size: content.length, text: content.length < 1000 ? content.toString() : '' });
  }
  return entries;
}

test('the context holds the Dockerfile, the program, certificates, the user table and sticky writable folders', async (t) => {
  const entries = await list(await pack(await writeBinary(t)));
  assert.deepEqual(
    entries.map(({ name, mode, size }) => [name, mode.toString(8), size]),
    [
      ['Dockerfile', '644', entries[0]?.size],
      ['rootfs/data/', '1777', 0],
      ['rootfs/etc/group', '644', 27],
      ['rootfs/etc/passwd', '644', 43],
      ['rootfs/etc/ssl/certs/ca-certificates.crt', '644', 2],
      ['rootfs/tmp/', '1777', 0],
      ['rootfs/usr/local/bin/echo', '755', 300_000],
    ],
  );
  assert.equal(
    entries[0]?.text,
    [
      'FROM scratch',
      'LABEL org.opencontainers.image.title="echo" org.opencontainers.image.version="1.0.0"',
      'COPY rootfs/ /',
      'USER 65534:65534',
      'ENTRYPOINT ["/usr/local/bin/echo"]',
      '',
    ].join('\n'),
  );
});

test('the same content gives the same bytes, whatever the times and modes on disk', async (t) => {
  const source = await writeBinary(t);
  const first = await pack(source);
  await utimes(source, 1, 1);
  await chmod(source, 0o600);
  assert.ok(first.equals(await pack(source)));
});

test('without certificates on this machine the context is made without', async (t) => {
  const entries = await list(await pack(await writeBinary(t), null));
  assert.ok(!entries.some((entry) => entry.name.includes('ca-certificates')));
});

test('a missing program is an error, not an empty file', async () => {
  await assert.rejects(pack(join(import.meta.dirname, 'no-such-file')), /ENOENT/);
});

test('CA certificates come from the first place that has them', async (t) => {
  const source = await writeBinary(t);
  assert.equal((await readCaCertificates(['/no/such/place', source]))?.length, 300_000);
  assert.equal(await readCaCertificates(['/no/such/place']), null);
});
