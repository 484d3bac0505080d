import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { CraneError } from '../core/error/crane-error.ts';
import { packZip, unpackZip } from './zip.ts';

const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof CraneError && error.code === code && message.test(error.message);
const zip = (entries: Zippable): Uint8Array => zipSync(entries);

describe('a ZIP archive', () => {
  it('gives back what was packed, and the same bytes for the same files', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(?:\/[a-z]{1,8}){0,2}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.string({ unit: 'grapheme' }), { minKeys: 1, maxKeys: 5 }),
        (texts) => {
          const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
          const archive = packZip(files);
          assert.deepEqual(packZip(files.toReversed()), archive);
          const sorted = files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
          assert.deepEqual(unpackZip(archive), sorted);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('with names that lead outside is refused', () => {
    for (const name of ['../x', 'a/../../x', '/etc/passwd', 'a\\..\\x', 'C:/x', 'a//b', './x', 'a\u0000b'])
      assert.throws(
        () => unpackZip(zip({ [name]: strToU8('x') })),
        refused('input.invalid', /leads outside/),
        name,
      );
  });

  it('that grows without end is left at once, whatever size it says', () => {
    const bomb = zip({ 'compose.yaml': [new Uint8Array(50_000_000), { level: 9 }] });
    const lying = bomb.slice();
    new DataView(lying.buffer).setUint32(22, 10, true);
    for (const archive of [bomb, lying]) {
      const began = performance.now();
      assert.throws(() => unpackZip(archive), refused('input.too_large', /more than 1000000 bytes/));
      assert.ok(performance.now() - began < 1000);
    }
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`f${index}`, strToU8('x')]));
    assert.throws(() => unpackZip(zip(many)), refused('input.too_large', /more than 100 files/));
  });

  it('with a link in it gives its text and follows nothing', () => {
    const link: Zippable = {
      'compose.yaml': [strToU8('/etc/passwd'), { os: 3, attrs: 0o120_777 * 0x1_0000 }],
    };
    assert.deepEqual(unpackZip(zip(link)), [{ path: 'compose.yaml', text: '/etc/passwd' }]);
  });

  it('that is none, is cut off or is no text is refused', () => {
    const whole = packZip([{ path: 'a', text: 'some text, some text, some text' }]);
    for (const archive of [strToU8('hello'), new Uint8Array(0), whole.subarray(0, 40)])
      assert.throws(() => unpackZip(archive), refused('input.invalid', /./));
    assert.throws(
      () => unpackZip(zip({ a: new Uint8Array([0xff, 0xfe, 0xff]) })),
      refused('input.invalid', /UTF-8/),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        try {
          unpackZip(noise);
        } catch (error) {
          assert.ok(error instanceof CraneError);
        }
      }),
    );
  });
});
