import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { demultiplex, type OutputPiece } from './demultiplex.ts';

function frame(stream: number, payload: string | Uint8Array): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncIterable<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const split = (bytes: Uint8Array, sizes: readonly number[] = []): Promise<OutputPiece[]> =>
  Array.fromAsync(demultiplex(cut(bytes, sizes), 'Test'));

describe('multiplexed output', () => {
  it('comes apart as it was put together, wherever the bytes are cut', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string({ minLength: 1 })));
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(13)), async (written, sizes) => {
        const pieces = await split(
          Buffer.concat(written.map(([stream, text]) => frame(stream, text))),
          sizes,
        );
        for (const [number, name] of [
          [1, 'stdout'],
          [2, 'stderr'],
        ] as const) {
          const read = pieces.filter((piece) => piece.stream === name).map((piece) => piece.bytes);
          const expected = written.filter(([stream]) => stream === number).map(([, text]) => text);
          assert.equal(Buffer.concat(read).toString(), expected.join(''));
        }
        assert.equal(pieces.filter((piece) => piece.isFrameStart).length, written.length);
      }),
    );
  });

  it('passes on what has arrived of a frame that claims to be huge', async () => {
    const huge = frame(1, 'start');
    huge.writeUInt32BE(0xffff_ffff, 4);
    const pieces: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const { bytes } of demultiplex(cut(huge, []), 'Test'))
        pieces.push(Buffer.from(bytes).toString());
    };
    await assert.rejects(reading(), { code: 'engine.failed', message: /middle of a frame/ });
    assert.deepEqual(pieces, ['start']);
  });

  it('that is none is refused', async () => {
    await assert.rejects(split(Buffer.from('plain text of a terminal')), { message: /not multiplexed/ });
    await assert.rejects(split(Buffer.from([1, 0, 0])), { message: /middle of a frame/ });
  });

  it('with the engine’s own error in it fails with its words', async () => {
    const bytes = Buffer.concat([frame(1, 'line\n'), frame(3, 'log file is gone')]);
    await assert.rejects(split(bytes, [12, 9]), { code: 'engine.failed', message: 'Test: log file is gone' });
  });
});
