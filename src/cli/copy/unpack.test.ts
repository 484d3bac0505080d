import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { pack, type Header } from 'tar-stream';
import { unpack } from './unpack.ts';

type Given = [header: Partial<Header> & { name: string }, text?: string];
const folder = mkdtempSync(join(tmpdir(), 'crane-unpack-'));
after(() => rmSync(folder, { recursive: true }));
const maxBytes = 10_000;

function tarOf(entries: readonly Given[]): AsyncIterable<Uint8Array> {
  const archive = pack();
  for (const [header, text = ''] of entries)
    if (header.type === undefined) archive.entry(header, text);
    else archive.entry(header);
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

describe('unpacking what an instance sends', () => {
  it('gives the first name that of the target, and leaves out what leads out', async () => {
    const target = join(folder, 'good');
    const done = await unpack(
      tarOf([
        [{ name: 'etc/', type: 'directory' }],
        [{ name: 'etc/a/b', mode: 0o4755 }, 'text'],
        [{ name: 'etc/in', type: 'symlink', linkname: 'a/b' }],
        [{ name: 'etc/same', type: 'link', linkname: 'etc/a/b' }],
        [{ name: 'etc/out', type: 'symlink', linkname: '../../x' }],
        [{ name: 'etc/far', type: 'symlink', linkname: '/etc/passwd' }],
        [{ name: 'etc/null', type: 'character-device' }],
      ]),
      target,
      { maxBytes },
    );
    assert.deepEqual(done, { files: 4, bytes: 4, skipped: ['etc/out', 'etc/far', 'etc/null'] });
    assert.equal(readFileSync(join(target, 'same'), 'utf8'), 'text');
    assert.equal(readlinkSync(join(target, 'in')), 'a/b');
    assert.equal(statSync(join(target, 'a/b')).mode & 0o7000, 0);
  });

  const bad: [string, Given[], string][] = [
    ['an absolute name', [[{ name: '/etc/passwd' }, 'x']], 'input.invalid'],
    ['a name that leads out', [[{ name: 'a/../../b' }, 'x']], 'input.invalid'],
    [
      'a name below a link',
      [[{ name: 'a/l', type: 'symlink', linkname: '.' }], [{ name: 'a/l/x' }, 'x']],
      'input.invalid',
    ],
    ['too many bytes', [[{ name: 'a/big' }, 'x'.repeat(maxBytes + 1)]], 'input.too_large'],
  ];
  for (const [name, entries, code] of bad)
    it(`refuses ${name}`, async () => {
      const target = join(mkdtempSync(join(folder, 'bad-')), 'to');
      await assert.rejects(
        unpack(tarOf([[{ name: 'a/', type: 'directory' }], ...entries]), target, { maxBytes }),
        (error: unknown) => Object(error).problem.code === code,
      );
    });

  it('replaces a link at the target instead of writing through it', async () => {
    const place = mkdtempSync(join(folder, 'link-'));
    symlinkSync(join(place, 'victim'), join(place, 'to'));
    await unpack(tarOf([[{ name: 'a' }, 'new']]), join(place, 'to'), { maxBytes });
    assert.equal(readFileSync(join(place, 'to'), 'utf8'), 'new');
    assert.equal(statSync(join(place, 'victim'), { throwIfNoEntry: false }), undefined);
  });
});
