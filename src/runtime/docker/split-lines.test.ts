import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OutputPiece } from './client/demultiplex.ts';
import { maxLineBytes, splitLines, type OutputLine } from './split-lines.ts';

const time = '2026-11-24T12:08:01.123456789Z';
const at = Date.parse('2026-11-24T12:08:01.123Z');

type Piece =
  | string
  | Uint8Array
  | { stream?: 'stdout' | 'stderr'; text: string | Uint8Array; isFrameStart?: boolean };

async function* pieces(list: readonly Piece[]): AsyncIterable<OutputPiece> {
  for (const piece of list) {
    const {
      stream = 'stdout',
      text,
      isFrameStart = true,
    } = typeof piece === 'string' || piece instanceof Uint8Array ? { text: piece } : piece;
    yield { stream, bytes: Buffer.from(text), isFrameStart };
  }
}

const framed = (...list: Piece[]): Promise<OutputLine[]> =>
  Array.fromAsync(splitLines(pieces(list), { hasTimestamps: true, isFramed: true }));
const plain = (...list: Piece[]): Promise<OutputLine[]> =>
  Array.fromAsync(splitLines(pieces(list), { hasTimestamps: true, isFramed: false }));

describe('lines with frames', () => {
  it('carry the time the engine wrote', async () => {
    assert.deepEqual(await framed(`${time} hello\n`), [{ stream: 'stdout', at, text: 'hello' }]);
    assert.deepEqual(await framed(`${time} \n`), [{ stream: 'stdout', at, text: '' }]);
  });

  it('may arrive in pieces, even of the time', async () => {
    const lines = await framed(
      '2026-11-24T12:0',
      { text: '8:01.123456789', isFrameStart: false },
      { text: 'Z he', isFrameStart: false },
      { text: 'llo\n', isFrameStart: false },
    );
    assert.deepEqual(lines, [{ stream: 'stdout', at, text: 'hello' }]);
  });

  it('go on over frames, each with a time of its own', async () => {
    const later = '2026-11-24T12:08:02.000000000Z';
    assert.deepEqual(await framed(`${time} first half, `, `${later} second half\n`), [
      { stream: 'stdout', at, text: 'first half, second half' },
    ]);
  });

  it('of both outputs do not mix', async () => {
    const lines = await framed(
      { stream: 'stdout', text: `${time} a` },
      { stream: 'stderr', text: `${time} b\n` },
      { stream: 'stdout', text: `${time} c\n` },
    );
    assert.deepEqual(lines, [
      { stream: 'stderr', at, text: 'b' },
      { stream: 'stdout', at, text: 'ac' },
    ]);
  });

  it('keep a time that the program itself wrote', async () => {
    assert.deepEqual(await framed(`${time} ${time} hello\n`), [
      { stream: 'stdout', at, text: `${time} hello` },
    ]);
  });

  it('without a time are kept as they are', async () => {
    assert.deepEqual(await framed('no time here\n'), [{ stream: 'stdout', at: null, text: 'no time here' }]);
    assert.deepEqual(await framed(`${'x'.repeat(100)} y\n`), [
      { stream: 'stdout', at: null, text: `${'x'.repeat(100)} y` },
    ]);
    assert.deepEqual(await framed('ümläut ü\n'), [{ stream: 'stdout', at: null, text: 'ümläut ü' }]);
  });

  it('S66 that are too long are cut, and say by how much', async () => {
    const [line] = await framed(
      `${time} `,
      ...Array.from({ length: 200 }, () => `${time} ${'x'.repeat(1024)}`),
      '\n',
    );
    assert.equal(line?.text, `${'x'.repeat(maxLineBytes)} … (${136 * 1024} more bytes)`);
  });

  it('S66 with bytes that are no UTF-8 show a replacement', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${time} bad `),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(' end\n'),
    ]);
    assert.equal((await framed(bytes))[0]?.text, 'bad \ufffd\ufffd end');
  });

  it('come out at the end without a newline', async () => {
    assert.deepEqual(await framed(`${time} last words`), [{ stream: 'stdout', at, text: 'last words' }]);
    assert.deepEqual(await framed(), []);
  });
});

describe('lines of a terminal', () => {
  it('each begin with a time, and lose their carriage return', async () => {
    assert.deepEqual(await plain(`${time} one\r\n${time} tw`, `o\r\n${time} \r\n`), [
      { stream: 'stdout', at, text: 'one' },
      { stream: 'stdout', at, text: 'two' },
      { stream: 'stdout', at, text: '' },
    ]);
  });

  it('may be cut inside the time', async () => {
    assert.deepEqual(await plain('2026-11-24T12:08:0', '1.123456789Z one\n'), [
      { stream: 'stdout', at, text: 'one' },
    ]);
  });
});

it('lines without timestamps are taken as they come', async () => {
  const lines = splitLines(pieces([`${time} a\n`, 'b']), { hasTimestamps: false, isFramed: true });
  assert.deepEqual(await Array.fromAsync(lines), [
    { stream: 'stdout', at: null, text: `${time} a` },
    { stream: 'stdout', at: null, text: 'b' },
  ]);
});
