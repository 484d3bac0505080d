import type { OutputPiece } from './client/demultiplex.ts';

/** Longest line that is kept; what goes beyond is dropped and counted. */
export const maxLineBytes = 64 * 1024;
/** `2026-11-24T12:08:01.123456789Z`, and room for a zone's offset. */
const maxTimeBytes = 36;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const newline = 0x0a;
const space = 0x20;

export type OutputLine = { stream: 'stdout' | 'stderr'; at: number | null; text: string };

/**
 * Makes lines of output that carries the engine's timestamps (`2026-…Z text`). With frames, each frame begins with a time, also those
 * that continue a long line; without frames (a terminal) each line does. Bytes that are no UTF-8 become U+FFFD.
 */
export async function* splitLines(
  pieces: AsyncIterable<OutputPiece>,
  { hasTimestamps, isFramed }: { hasTimestamps: boolean; isFramed: boolean },
): AsyncIterable<OutputLine> {
  const builders = { stdout: createBuilder(), stderr: createBuilder() };
  for await (const { stream, bytes, isFrameStart } of pieces) {
    const builder = builders[stream];
    if (hasTimestamps && (isFramed ? isFrameStart : builder.isEmpty())) builder.expectTime();
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(newline, at);
      builder.add(bytes.subarray(at, end < 0 ? bytes.length : end));
      if (end < 0) break;
      yield { stream, ...builder.finish() };
      if (hasTimestamps && !isFramed) builder.expectTime();
      at = end + 1;
    }
  }
  for (const stream of ['stdout', 'stderr'] as const)
    if (!builders[stream].isEmpty()) yield { stream, ...builders[stream].finish() };
}

type LineBuilder = {
  expectTime(): void;
  add(bytes: Uint8Array): void;
  finish(): { at: number | null; text: string };
  isEmpty(): boolean;
};

function createBuilder(): LineBuilder {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let size = 0;
  let dropped = 0;
  let at: number | null = null;
  /** Bytes that may be a time; null = none is expected. */
  let time: string | null = null;

  function append(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, Math.max(0, maxLineBytes - size));
    dropped += bytes.length - kept.length;
    size += kept.length;
    // Copied: a piece is a view of a network buffer that a waiting line would keep alive.
    if (kept.length > 0) parts.push(Uint8Array.from(kept));
  }

  function settleTime(): void {
    if (time === null) return;
    const candidate = time;
    time = null;
    if (timePattern.test(candidate.trimEnd())) at ??= Date.parse(candidate.trimEnd());
    else append(Buffer.from(candidate, 'latin1'));
  }

  /** Takes the bytes of a time off the front; returns the rest. */
  function takeTime(bytes: Uint8Array): Uint8Array {
    if (time === null) return bytes;
    const end = bytes.indexOf(space);
    const isWhole = end >= 0 && time.length + end <= maxTimeBytes;
    const taken = isWhole ? bytes.subarray(0, end + 1) : bytes.subarray(0, maxTimeBytes - time.length);
    time += Buffer.from(taken).toString('latin1');
    if (isWhole || time.length >= maxTimeBytes) settleTime();
    return bytes.subarray(taken.length);
  }

  return {
    expectTime: () => void (time = ''),
    add: (bytes) => append(takeTime(bytes)),
    isEmpty: () => size === 0 && at === null && (time === null || time === ''),
    finish: () => {
      settleTime();
      const text = decoder.decode(Buffer.concat(parts)).replace(/\r$/, '');
      const line = { at, text: dropped === 0 ? text : `${text} … (${dropped} more bytes)` };
      [parts, size, dropped, at] = [[], 0, 0, null];
      return line;
    },
  };
}
