import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { renderQrCode } from './qr-code.ts';
import { pauseAfter, plainCode, recoveryCodeText } from './second-factor.ts';
import { authenticatorUri, codeOf, decodeBase32, encodeBase32, matchCode, type Hmac } from './totp.ts';

const hmac: Hmac = (key, counter) => createHmac('sha1', key).update(counter).digest();
const ascii = new TextEncoder().encode('12345678901234567890');

describe('a time-based code', () => {
  // RFC 6238, appendix B, of which an authenticator shows the last six digits.
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const)
    it(`is ${code} at ${seconds} s`, () => {
      assert.equal(codeOf(hmac, ascii, Math.floor(seconds / 30)), code);
    });

  it('is good in its own step and one beside it, once', () => {
    const secret = encodeBase32(ascii);
    const at = (step: number, lastStep = 0) =>
      matchCode(hmac, { secret, code: codeOf(hmac, ascii, 1_000), now: step * 30_000 + 29_999, lastStep });
    assert.deepEqual(
      [998, 999, 1_000, 1_001, 1_002].map((step) => at(step)),
      [null, 1_000, 1_000, 1_000, null],
    );
    assert.equal(at(1_000, 1_000), null, 'used before');
    assert.equal(at(1_000, 1_001), null, 'older than one that was used');
  });

  it('is nothing else than six digits', () => {
    const secret = encodeBase32(ascii);
    for (const code of ['', '28708', '0287082', '२८७०८२', 'NaN', '1e5'])
      assert.equal(matchCode(hmac, { secret, code, now: 59_000, lastStep: 0 }), null, code);
  });

  it('has its secret in base32', () => {
    assert.equal(encodeBase32(new TextEncoder().encode('foobar')), 'MZXW6YTBOI');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        assert.deepEqual(decodeBase32(encodeBase32(bytes)), bytes);
      }),
    );
  });
});

describe('trying codes', () => {
  it('is held up longer with each wrong one after the fourth', () => {
    const minutes = [1, 4, 5, 6, 7, 20, 2_000].map((failures) => pauseAfter(failures) / 60_000);
    assert.deepEqual(minutes, [0, 0, 1, 2, 4, 60, 60]);
  });

  it('takes codes as people type them', () => {
    assert.equal(recoveryCodeText('ABCDEFGHIJKLMNOP'), 'ABCD-EFGH-IJKL-MNOP');
    assert.equal(plainCode(' abcd-efgh ijkl-mnop'), 'ABCDEFGHIJKLMNOP');
  });
});

describe('a QR code', () => {
  it('of a text that is known is as a reader was seen to read it', () => {
    const rows = (renderQrCode('crane') ?? []).map((row) => row.map((dark) => (dark ? '#' : '.')).join(''));
    assert.deepEqual(rows, [
      '#######..#.##.#######',
      '#.....#.##.#..#.....#',
      '#.###.#.##..#.#.###.#',
      '#.###.#..#.#..#.###.#',
      '#.###.#.#...#.#.###.#',
      '#.....#.#..##.#.....#',
      '#######.#.#.#.#######',
      '........#####........',
      '##.#..##.##...###.##.',
      '.####....#....#..#..#',
      '.....###..#.##......#',
      '.###...##..#.....#...',
      '##.#.###..#.#.#.#...#',
      '........####...###..#',
      '#######.#.#..#.#..##.',
      '#.....#..#####.##....',
      '#.###.#....#..###...#',
      '#.###.#.#..#...#.####',
      '#.###.#..##.#...#...#',
      '#.....#.#.#..##.#....',
      '#######.#..##..###.#.',
    ]);
  });

  it('is there for the address of every usual name, and for none that is too long', () => {
    const secret = encodeBase32(new Uint8Array(20));
    assert.equal(renderQrCode(authenticatorUri('bob', secret))?.length, 33);
    assert.equal(renderQrCode(authenticatorUri('b'.repeat(60), secret)), null);
  });
});
