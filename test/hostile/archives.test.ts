import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { extract, pack, type Header } from 'tar-stream';
import { createBuildContexts } from '../../src/platform/contexts/create-build-contexts.ts';
import { hostileApi, type HostileApi } from '../factories/hostile-api.ts';
import { memoryWorld } from '../factories/memory-world.ts';
import { tempFolder } from '../factories/temp-store.ts';
import { composeText, deployedApp } from '../factories/test-api.ts';

type Entry = [header: Partial<Header> & { name: string }, text?: string];

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, text] of entries)
    if (text === undefined) archive.entry(header);
    else archive.entry(header, text);
  archive.finalize();
  return buffer(Readable.from(archive, { objectMode: false }));
}

/** One header block as its writer wants it: a field may say anything. */
function rawHeader({
  name,
  type = '0',
  size = '00000000000',
}: {
  name: string;
  type?: string;
  size?: string | Buffer;
}): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  if (typeof size === 'string') block.write(size, 124);
  else size.copy(block, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** What a later header is said to be (POSIX.1-2001, pax). */
function paxHeader(record: string): Buffer {
  const text = ` ${record}\n`;
  let length = text.length + 1;
  while (`${length}${text}`.length !== length) length = `${length}${text}`.length;
  const body = Buffer.alloc(512);
  body.write(`${length}${text}`);
  return Buffer.concat([
    rawHeader({ name: 'pax', type: 'x', size: length.toString(8).padStart(11, '0') }),
    body,
  ]);
}

const end = Buffer.alloc(1_024);
const endless = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 5]);
const raw = (...parts: Buffer[]): Promise<Buffer> => Promise.resolve(Buffer.concat([...parts, end]));

const tars: [what: string, tar: () => Promise<Buffer>, expected: RegExp][] = [
  ['a name that leads out', () => tarOf([[{ name: '../x' }, 'x']]), /^422 .*leads out/],
  ['one that leads out on the way', () => tarOf([[{ name: 'a/../../x' }, 'x']]), /^422 .*leads out/],
  ['an absolute name', () => tarOf([[{ name: '/etc/passwd' }, 'x']]), /^422 .*absolute/],
  [
    'a file below a link that leads out',
    () => tarOf([[{ name: 'a', type: 'symlink', linkname: '/etc' }], [{ name: 'a/passwd' }, 'x']]),
    /^422 .*below a link/,
  ],
  [
    'a hard link that leads out',
    () => tarOf([[{ name: 'a', type: 'link', linkname: '../../etc/shadow' }]]),
    /^422 .*leads out/,
  ],
  [
    'a hard link to an absolute name',
    () => tarOf([[{ name: 'a', type: 'link', linkname: '/etc/shadow' }]]),
    /^422 .*absolute/,
  ],
  [
    'a device',
    () => tarOf([[{ name: 'sda', type: 'block-device', devmajor: 8, devminor: 0 }]]),
    /^422 .*block-device/,
  ],
  ['a pipe', () => tarOf([[{ name: 'p', type: 'fifo' }]]), /^422 .*fifo/],
  [
    'a name out of a pax header',
    () => raw(paxHeader('path=../../x'), rawHeader({ name: 'x' })),
    /^422 .*leads out/,
  ],
  [
    'a link out of a pax header',
    () => raw(paxHeader('linkpath=../../x'), rawHeader({ name: 'x', type: '1' })),
    /^422 .*leads out/,
  ],
  ['a sparse file of ten gigabytes', () => raw(rawHeader({ name: 'x', type: 'S' })), /^(422|400)/],
  ['a size that nobody sends', () => raw(rawHeader({ name: 'x', size: '77777777777' })), /^400/],
  ['a size below nothing', () => raw(rawHeader({ name: 'x', size: endless })), /^(400|422)/],
  [
    'a size of a pax header',
    () => raw(paxHeader('size=99999999999999'), rawHeader({ name: 'x' })),
    /^(400|422)/,
  ],
  ['a pax size below nothing', () => raw(paxHeader('size=-512'), rawHeader({ name: 'x' })), /^(400|422)/],
  ['a packed tar', async () => gzipSync(await tarOf([[{ name: 'x' }, 'x'.repeat(10_000_000)]])), /^400/],
  ['noise', async () => Buffer.alloc(10_000, 'noise'), /^400/],
  ['half a tar', async () => (await tarOf([[{ name: 'x' }, 'x'.repeat(5_000)]])).subarray(0, 3_000), /^400/],
];

async function namesIn(tar: Buffer): Promise<string[]> {
  const names: string[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names;
}

async function opened(test: TestContext): Promise<HostileApi & { folder: string }> {
  const folder = tempFolder(test);
  const { runtime, add } = memoryWorld();
  const limits = { maxBytes: 2_000_000, maxEntries: 100, maxTotalBytes: 8_000_000 };
  const made = await hostileApi(test, { runtime, contexts: createBuildContexts(join(folder, 'in'), limits) });
  deployedApp(made.store, made.bob);
  await add({ slot: 1 });
  return { ...made, folder };
}

const headers = { 'content-type': 'application/x-tar' };

describe('archives that are built to lead out, or to fill the disk', () => {
  it('S54 build contexts: nothing of what is refused is kept', async (test) => {
    const { refused, call, folder } = await opened(test);
    const send = (payload: Buffer) => call('bob', 'POST', '/api/v1/contexts', { payload, headers });
    for (const [what, tar, expected] of tars) {
      const payload = await tar();
      await refused(what, expected, () => send(payload));
      const kept = readdirSync(folder, { recursive: true, withFileTypes: true });
      assert.deepEqual(
        kept.filter((entry) => entry.isFile()).map(({ name }) => name),
        [],
        `${what} left something`,
      );
    }
    const bomb = await tarOf([[{ name: 'x' }, '0'.repeat(2_100_000)]]);
    await refused('more bytes than it may have', /^413 input\.too_large/, () => send(bomb));
    const many = await tarOf(Array.from({ length: 101 }, (_, n): Entry => [{ name: `f${n}` }, '']));
    await refused('more files than it may have', /^413 input\.too_large .*more than 100 files/, () =>
      send(many),
    );
    assert.ok(!existsSync(join(folder, '..', 'x')) && !existsSync('/x'));
  });

  it('S54 files for an instance: nothing of what is refused arrives', async (test) => {
    const { refused, call } = await opened(test);
    const url = '/api/v1/apps/shop-1/files?path=/tmp';
    const good = await tarOf([[{ name: 'fine' }, 'x']]);
    assert.equal((await call('bob', 'POST', url, { payload: good, headers })).statusCode, 200);
    const seen = async () => namesIn((await call('bob', 'GET', url)).rawPayload);
    const before = await seen();
    assert.ok(before.some((name) => name.endsWith('fine')));
    for (const [what, tar, expected] of tars) {
      const payload = await tar();
      await refused(what, expected, () => call('bob', 'POST', url, { payload, headers }));
      assert.deepEqual(await seen(), before, `${what} left something`);
    }
    for (const path of ['etc', '../etc', '', 'a\0b', `/${'x'.repeat(5_000)}`])
      await refused(path.slice(0, 20), /^(404|422)/, () =>
        call('bob', 'POST', `/api/v1/apps/shop-1/files?path=${encodeURIComponent(path)}`, {
          payload: good,
          headers,
        }),
      );
  });

  it('S54 bundles: the text of a file is all that is taken of it', async (test) => {
    const { refused, call } = await opened(test);
    const bundle = (entries: Zippable, more: object = {}) =>
      call('bob', 'POST', '/api/v1/apps:import', {
        payload: { archive: Buffer.from(zipSync(entries)).toString('base64'), name: 'evil', ...more },
      });
    const compose = strToU8(composeText);
    const zips: [what: string, entries: Zippable, expected: RegExp][] = [
      ['a name that leads out', { 'compose.yaml': compose, '../x': compose }, /^422 .*outside/],
      ['an absolute name', { '/etc/cron.d/x': compose }, /^422 .*outside/],
      ['a backslash', { '..\\x': compose }, /^422 .*outside/],
      ['a drive', { 'C:/x': compose }, /^422 .*outside/],
      ['a NUL', { 'compose.yaml\0.png': compose }, /^422 .*outside/],
      [
        'a link as the file',
        { 'compose.yaml': [strToU8('/etc/passwd'), { os: 3, attrs: 0o120_777 * 0x1_0000 }] },
        /^422 compose/,
      ],
      ['a bomb of 1:1000', { 'compose.yaml': [new Uint8Array(10_000_000), { level: 9 }] }, /^413/],
      [
        'more files than it may have',
        Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}`, new Uint8Array(0)])),
        /^413/,
      ],
      ['no compose file', { 'readme.md': compose }, /^422/],
      ['no text', { 'compose.yaml': new Uint8Array([0xff, 0xfe, 0x00]) }, /^422 .*UTF-8/],
    ];
    for (const [what, entries, expected] of zips) await refused(what, expected, () => bundle(entries));
    for (const archive of ['', 'no base64!', 'aGVsbG8=', Buffer.alloc(1_000_000).toString('base64')])
      await refused(archive.slice(0, 10), /^422/, () =>
        call('bob', 'POST', '/api/v1/apps:import', { payload: { archive, name: 'evil' } }),
      );
  });
});
