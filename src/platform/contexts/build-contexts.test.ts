import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { extract, pack, type Header } from 'tar-stream';
import type { BuildContexts } from '../../core/port/build-contexts.ts';
import { createBuildContexts } from './create-build-contexts.ts';

type Entry = [header: Partial<Header> & { name: string }, text?: string];

function tarOf(entries: readonly Entry[]): AsyncIterable<Uint8Array> {
  const archive = pack();
  for (const [header, text = ''] of entries)
    if (header.type === undefined || header.type === 'file') archive.entry(header, text);
    else archive.entry(header);
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

async function namesIn(tar: AsyncIterable<Uint8Array>): Promise<Record<string, string>> {
  const reader = extract();
  const reading = pipeline(Readable.from(tar, { objectMode: false }), reader);
  reading.catch((error: unknown) => reader.destroy(error instanceof Error ? error : undefined));
  const found: Record<string, string> = {};
  for await (const entry of reader)
    found[entry.header.name] =
      entry.header.type === 'file'
        ? (await buffer(entry)).toString()
        : `${entry.header.type} ${entry.header.linkname ?? ''}`;
  return found;
}

describe('kept build contexts', () => {
  let folder: string;
  let contexts: BuildContexts;
  const big = 200_000;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crane-contexts-'));
    contexts = createBuildContexts(folder, { maxBytes: 1_000_000, maxEntries: 50, maxTotalBytes: 4_000_000 });
  });
  after(async () => rm(folder, { recursive: true }));

  it('gives back what was sent, with files added, and names it by its content', async () => {
    const entries: Entry[] = [
      [{ name: 'Dockerfile', mode: 0o600 }, 'FROM scratch'],
      [{ name: './src/', type: 'directory' }],
      [{ name: 'src/big' }, 'x'.repeat(big)],
      [{ name: `src/${'long'.repeat(60)}` }, 'deep'],
      [{ name: 'out', type: 'symlink', linkname: '/etc/passwd' }],
      [{ name: 'same', type: 'link', linkname: 'Dockerfile' }],
      [{ name: 'empty' }, ''],
    ];
    const kept = await contexts.keep(1, tarOf(entries));
    assert.match(kept.id, /^ctx-[0-9a-f]{64}$/);
    assert.equal(kept.entries, entries.length);
    assert.equal((await contexts.keep(1, tarOf(entries))).id, kept.id);
    assert.deepEqual(await namesIn(contexts.read(1, kept.id, [{ path: 'more', text: 'added' }])), {
      Dockerfile: 'FROM scratch',
      'src/': 'directory ',
      'src/big': 'x'.repeat(big),
      [`src/${'long'.repeat(60)}`]: 'deep',
      out: 'symlink /etc/passwd',
      same: 'link Dockerfile',
      empty: '',
      more: 'added',
    });
    assert.equal(Object.keys(await namesIn(contexts.read(1, kept.id, []))).length, entries.length);
  });

  const refused: [string, Entry[], string][] = [
    ['an absolute name', [[{ name: '/etc/passwd' }, 'x']], 'input.invalid'],
    ['a name that leads out', [[{ name: 'a/../../b' }, 'x']], 'input.invalid'],
    ['a hard link that leads out', [[{ name: 'a', type: 'link', linkname: '../b' }]], 'input.invalid'],
    ['a device', [[{ name: 'a', type: 'character-device', devmajor: 1, devminor: 3 }]], 'input.invalid'],
    ['a pipe', [[{ name: 'a', type: 'fifo' }]], 'input.invalid'],
    ['too many bytes', [[{ name: 'a' }, 'x'.repeat(1_000_001)]], 'input.too_large'],
    [
      'too many entries',
      Array.from({ length: 51 }, (_, index): Entry => [{ name: `f${index}` }, '']),
      'input.too_large',
    ],
  ];
  for (const [name, entries, code] of refused)
    it(`refuses ${name}, and keeps nothing of it`, async () => {
      const before = await readdir(join(folder, '1'));
      await assert.rejects(contexts.keep(1, tarOf(entries)), { code });
      assert.deepEqual(await readdir(join(folder, '1')), before);
    });

  it('refuses what is no tar, is cut off, or is empty', async () => {
    const tar = await buffer(Readable.from(tarOf([[{ name: 'a' }, 'x'.repeat(5_000)]])));
    const bytes = async function* (...parts: Buffer[]): AsyncIterable<Uint8Array> {
      yield* parts;
    };
    for (const given of [Buffer.from('nonsense '.repeat(200)), tar.subarray(0, 3_000), Buffer.alloc(0)])
      await assert.rejects(contexts.keep(1, bytes(given)), { code: 'input.malformed' });
  });

  it('passes on why the sender broke off', async () => {
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.alloc(512);
      throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    };
    await assert.rejects(contexts.keep(1, broken()), { code: 'ECONNRESET' });
    assert.ok((await readdir(join(folder, '1'))).every((name) => !name.startsWith('draft')));
  });

  it('is nobody else’s', async () => {
    const { id } = await contexts.keep(1, tarOf([[{ name: 'a' }, 'mine']]));
    assert.equal(await contexts.has(1, id), true);
    assert.equal(await contexts.has(2, id), false);
    await assert.rejects(namesIn(contexts.read(2, id, [])), { code: 'context.not_found' });
    assert.equal(await contexts.has(1, '../1/x'), false);
  });

  it('goes when nobody needs it', async () => {
    const one = await contexts.keep(3, tarOf([[{ name: 'a' }, 'one']]));
    const two = await contexts.keep(3, tarOf([[{ name: 'a' }, 'two']]));
    await contexts.sweep({ inUse: [], before: Date.now() - 60_000 });
    assert.deepEqual([await contexts.has(3, one.id), await contexts.has(3, two.id)], [true, true]);
    await contexts.sweep({ inUse: [{ ownerId: 3, id: one.id }], before: Date.now() + 60_000 });
    assert.deepEqual([await contexts.has(3, one.id), await contexts.has(3, two.id)], [true, false]);
  });
});
