import { styleText } from 'node:util';
import { escapeJson, escapeOutput } from './escape.ts';

export type Format = Parameters<typeof styleText>[0];

/** One of the two output streams. */
export type Stream = {
  /** What a terminal would act on is spelled out, but for colours where they are shown, whether or not the caller thought of it. */
  write(text: string): void;
  /** The same after a movement of the cursor. */
  redraw(movement: string, text: string): void;
  isTty: boolean;
  /** Width in characters; 80 when it is no terminal. */
  columns(): number;
  /** Colours the text where this stream shows colours; else gives it back. */
  paint(format: Format, text: string): string;
};

/** Results go to `out`; progress and errors go to `err`. */
export type Terminal = { out: Stream; err: Stream };

/** Node's own rules: `NO_COLOR`, `FORCE_COLOR`, `NODE_DISABLE_COLORS`, and whether the stream is a terminal. */
function hasColours(stream: NodeJS.WriteStream): boolean {
  return styleText('red', 'x', { stream }) !== 'x';
}

/** A stream that writes with `write`; tests collect with it. */
export function createStream(
  write: (text: string) => void,
  facts: { isTty?: boolean; hasColours?: boolean; columns?: () => number } = {},
): Stream {
  const isColoured = facts.hasColours ?? false;
  return {
    write: (text) => write(escapeOutput(text, isColoured)),
    redraw: (movement, text) => write(movement + escapeOutput(text, isColoured)),
    isTty: facts.isTty ?? false,
    columns: facts.columns ?? (() => 80),
    paint: (format, text) => (isColoured ? styleText(format, text, { validateStream: false }) : text),
  };
}

/** Undefined, whatever the types say, where the stream is a file or a pipe. */
function isTty(stream: { isTTY?: boolean }): boolean {
  return stream.isTTY ?? false;
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  return createStream((text) => stream.write(text), {
    isTty: isTty(stream),
    hasColours: hasColours(stream),
    columns: () => (isTty(stream) && stream.columns > 0 ? stream.columns : 80),
  });
}

/** The process's own streams. A reader that went away (`crane logs | head`) ends the process quietly. */
export function createTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return { out: streamOf(process.stdout), err: streamOf(process.stderr) };
}

/** One JSON document of many, each in one line. */
export function writeJsonLine(stream: Stream, value: unknown): void {
  stream.write(`${escapeJson(JSON.stringify(value))}\n`);
}

/** One JSON document, on its own line. */
export function writeJson(stream: Stream, value: unknown): void {
  stream.write(`${escapeJson(JSON.stringify(value, null, stream.isTty ? 2 : 0))}\n`);
}
