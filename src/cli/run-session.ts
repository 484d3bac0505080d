import { z } from 'zod';
import { CliError, errorOfProblem, exitCodes } from './cli-error.ts';
import type { SessionMessage, SessionSocket } from './client/open-session.ts';
import type { CliContext } from './context.ts';

const sessionEvent = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('started'), instance: z.string() }),
  z.looseObject({ type: z.literal('exit'), exitCode: z.int() }),
  z.looseObject({ type: z.literal('error'), problem: z.unknown() }),
]);

export type SessionStart = {
  command: readonly string[];
  tty: boolean;
  stdin: boolean;
  environment: Record<string, string>;
  user?: string;
  workingDir?: string;
};

export type SessionResult = { instance: string; exitCode: number };

/** Where output goes; waits until it is taken. */
export type Sink = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void>;

type Session = { start: SessionStart; sink: Sink };

/**
 * Runs a command with this terminal, or these pipes, as its own; resolves with its exit code. The terminal is given back as it was, whatever
 * happens. Ctrl-C reaches the command where it has a terminal, else it ends the session.
 * @throws CliError for what Crane could not do.
 */
export async function runSession(
  context: CliContext,
  open: (signal: AbortSignal) => Promise<SessionSocket>,
  { start, sink }: Session,
): Promise<SessionResult> {
  const { raw, signal } = context;
  const over = new AbortController();
  const socket = await open(signal);
  const onResize = (): void => {
    void socket.sendJson({ type: 'resize', ...raw.size() }).catch(() => undefined);
  };
  try {
    await socket.sendJson({ ...start, ...(start.tty ? { size: raw.size() } : {}) });
    if (start.tty) {
      raw.setRaw(true);
      raw.onResize(onResize, over.signal);
    }
    const sent = start.stdin ? sendInput(context, socket, over.signal) : Promise.resolve();
    sent.catch(() => undefined);
    return await follow(socket.messages, sink);
  } catch (error) {
    throw endOf(error, signal);
  } finally {
    if (start.tty) raw.setRaw(false);
    over.abort();
    socket.close();
  }
}

function endOf(error: unknown, interruption: AbortSignal): CliError {
  if (interruption.aborted)
    return new CliError(
      { code: 'interrupted', detail: 'Interrupted.', exitCode: exitCodes.interrupted },
      { cause: error },
    );
  if (error instanceof CliError) return error;
  return new CliError(
    {
      code: 'control.unreachable',
      detail: 'The connection to the control plane was lost; the command was ended with it.',
      fix: 'Look at: crane status',
    },
    { cause: error },
  );
}

async function follow(messages: AsyncIterable<SessionMessage>, sink: Sink): Promise<SessionResult> {
  let instance = '';
  for await (const message of messages) {
    if (message.kind === 'output') {
      await sink(message.stream, message.bytes);
      continue;
    }
    const event = sessionEvent.parse(message.event);
    if (event.type === 'exit') return { instance, exitCode: event.exitCode };
    if (event.type === 'error') throw errorOfProblem(event.problem, 500);
    ({ instance } = event);
  }
  throw new Error('the session ended without a word');
}

/** Not more at once than the server takes. */
const maxInputBytes = 256 * 1024;

async function sendInput({ raw }: CliContext, socket: SessionSocket, signal: AbortSignal): Promise<void> {
  for await (const chunk of raw.read(signal))
    for (let at = 0; at < chunk.length; at += maxInputBytes)
      await socket.sendInput(chunk.subarray(at, at + maxInputBytes));
  if (!signal.aborted) await socket.sendJson({ type: 'endInput' });
}

/** Most output that one JSON document takes. */
const maxCollectedBytes = 16 * 1024 * 1024;

/** Keeps output for a JSON document. */
export function createCollector(): { take: Sink; texts(): { stdout: string; stderr: string } } {
  const kept: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
  let size = 0;
  return {
    take: async (stream, bytes) => {
      size += bytes.length;
      if (size > maxCollectedBytes)
        throw new CliError({
          code: 'output.too_large',
          detail: `The command wrote more than ${maxCollectedBytes / 1024 ** 2} MiB.`,
          fix: 'Leave --json out, and send the output to a file.',
        });
      kept[stream].push(bytes);
    },
    texts: () => ({
      stdout: Buffer.concat(kept.stdout).toString('utf8'),
      stderr: Buffer.concat(kept.stderr).toString('utf8'),
    }),
  };
}
