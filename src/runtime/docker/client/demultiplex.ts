import { CraneError } from '../../../core/error/crane-error.ts';
import { replyError } from './engine-error.ts';

/** Bytes of one output of a container. `isFrameStart`: the engine began a new message here. */
export type OutputPiece = { stream: 'stdout' | 'stderr'; bytes: Uint8Array; isFrameStart: boolean };

const headerBytes = 8;
const streams = ['stdout', 'stdout', 'stderr'] as const;
/** Stream 3: the engine itself failed while it sent; the frame holds its message. */
const engineErrorStream = 3;
const maxErrorBytes = 4_096;

/**
 * Splits the engine's multiplexed output: frames of an 8-byte header (stream, 0, 0, 0, length as 32-bit big endian) and bytes. Pieces
 * are passed on as they arrive, so a frame that claims gigabytes costs no memory.
 */
export async function* demultiplex(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
): AsyncIterable<OutputPiece> {
  const header = Buffer.alloc(headerBytes);
  let headerFilled = 0;
  let left = 0;
  let stream = 0;
  let failure = '';
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      const isFrameStart = headerFilled < headerBytes;
      if (isFrameStart) {
        const part = chunk.subarray(at, at + headerBytes - headerFilled);
        header.set(part, headerFilled);
        headerFilled += part.length;
        at += part.length;
        if (headerFilled < headerBytes) break;
        [stream, left] = readHeader(header, what);
      }
      const bytes = chunk.subarray(at, at + left);
      at += bytes.length;
      left -= bytes.length;
      if (stream === engineErrorStream)
        failure = (failure + Buffer.from(bytes).toString()).slice(0, maxErrorBytes);
      else if (bytes.length > 0 || isFrameStart)
        yield { stream: streams[stream] ?? 'stdout', bytes, isFrameStart };
      if (left === 0) {
        headerFilled = 0;
        if (failure !== '') throw new CraneError('engine.failed', `${what}: ${failure.trim()}`);
      }
    }
  }
  if (headerFilled > 0) throw replyError(what, 'the output ends in the middle of a frame');
}

function readHeader(header: Buffer, what: string): [number, number] {
  const stream = header[0] ?? 0;
  if (stream > engineErrorStream || header[1] !== 0 || header[2] !== 0 || header[3] !== 0)
    throw replyError(what, 'the output is not multiplexed');
  return [stream, header.readUInt32BE(4)];
}

/** Output of a container with a terminal: one stream, no frames. */
export async function* plainOutput(chunks: AsyncIterable<Uint8Array>): AsyncIterable<OutputPiece> {
  for await (const bytes of chunks) yield { stream: 'stdout', bytes, isFrameStart: false };
}
