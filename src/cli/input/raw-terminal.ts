import type { WriteStream } from 'node:tty';

/** This process's input and outputs as bytes, for what another program reads and writes. */
export type RawTerminal = {
  isInputTty: boolean;
  isOutputTty: boolean;
  /** The terminal then passes each key on as it is, Ctrl-C too. */
  setRaw(isRaw: boolean): void;
  /** Bytes of the input, up to its end or the signal's abort. To be called once. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Resolves when it was taken. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void>;
  size(): { rows: number; columns: number };
  onResize(listener: () => void, signal: AbortSignal): void;
};

type Tty = { isTTY?: boolean };
/** Where the system does not say: what terminals have had ever since. */
const usualSize = { rows: 24, columns: 80 };

/** The process's own. Nothing is read from the input before it is asked for. */
export function createRawTerminal(): RawTerminal {
  const { stdin, stdout, stderr } = process;
  const isTty = (stream: Tty): boolean => stream.isTTY === true;
  return {
    isInputTty: isTty(stdin),
    isOutputTty: isTty(stdout),
    setRaw: (isRaw) => {
      if (isTty(stdin)) stdin.setRawMode(isRaw);
    },
    read: (signal) => readChunks(stdin, signal),
    write: (name, bytes) =>
      new Promise((resolve) => {
        // Whoever closed it hears of it elsewhere (see terminal.ts).
        (name === 'stdout' ? stdout : stderr).write(bytes, () => resolve());
      }),
    size: () => sizeOf(stdout),
    onResize: (listener, signal) => {
      stdout.on('resize', listener);
      signal.addEventListener('abort', () => stdout.off('resize', listener), { once: true });
    },
  };
}

function sizeOf(stdout: Tty & Partial<Pick<WriteStream, 'rows' | 'columns'>>): {
  rows: number;
  columns: number;
} {
  const { rows = 0, columns = 0 } = stdout;
  return rows > 0 && columns > 0 ? { rows, columns } : usualSize;
}

async function* readChunks(
  stdin: NodeJS.ReadStream,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const onAbort = (): void => void stdin.destroy();
  if (signal.aborted) return;
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of stdin) {
      const bytes: string | Buffer = chunk;
      yield typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    }
  } catch (error) {
    if (!signal.aborted && !isClosed(error)) throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** An input that is closed, or a terminal that went away, has ended. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EIO', 'EBADF'].includes(String(error.code));
}
