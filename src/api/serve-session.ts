import type { WebSocket } from 'ws';
import type { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { InstanceSession } from '../core/port/instance-session.ts';
import { readJson } from '../core/json/read-json.ts';
import type { Log } from '../core/port/log.ts';
import { toApiError, toProblem } from './problem.ts';
import { sessionInputSchema, type SessionEvent } from './schema/session-schema.ts';

/** What is opened by the client's first message. */
export type OpenedSession = { instance: string; session: InstanceSession };

export type SessionTimes = {
  /** The first message must come by then. */
  startMs: number;
  /** Between two beats; three of them without an answer mean that the client is gone. */
  beatMs: number;
  /** Without a byte either way the session is ended; null = never. */
  idleMs: number | null;
};
export const sessionTimes: SessionTimes = { startMs: 10_000, beatMs: 10_000, idleMs: 4 * 3_600_000 };

type Serving<Start> = {
  schema: z.ZodType<Start>;
  open: (start: Start, signal: AbortSignal) => Promise<OpenedSession>;
  log: Log;
  requestId: string;
  closing: AbortSignal;
  /** Aborts, with the reason, when the person is not let in any more. */
  revoked: AbortSignal;
  times: SessionTimes;
};

const channels = { stdout: 1, stderr: 2 } as const;
const farewellMs = 2_000;
const mostMissedBeats = 3;

/**
 * Joins a WebSocket to a session: the first message (JSON) opens it, binary ones are input, `resize` and `endInput` are JSON. Answers with
 * `started`, output as binary messages and `exit`, or with `error` and the problem document. A side that does not keep up is waited for;
 * no output is kept. Whatever ends one side ends the other. Never rejects.
 */
export async function serveSession<Start>(socket: WebSocket, serving: Serving<Start>): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, serving.closing, serving.revoked]);
  socket.once('close', () => gone.abort());
  const traffic = watchTraffic(socket, serving.times, (error) => gone.abort(error));
  const inbox = createInbox(socket, traffic);
  let opened: OpenedSession | null = null;
  try {
    const first = await untilAborted(inbox.first, AbortSignal.any([signal, lateStart(serving.times)]));
    opened = await serving.open(parseMessage(first, serving.schema), signal);
    await send(socket, { type: 'started', instance: opened.instance });
    inbox.passTo(opened.session);
    const { session } = opened;
    signal.addEventListener('abort', () => void session.close().catch(() => undefined), { once: true });
    if (!signal.aborted)
      for await (const { stream, bytes } of session.output) {
        await traffic.during(sendBytes(socket, Buffer.concat([Buffer.of(channels[stream]), bytes])));
        if (signal.aborted) break;
      }
    signal.throwIfAborted();
    await send(socket, { type: 'exit', exitCode: await session.exitCode() });
  } catch (thrown) {
    await tellError(socket, reasonOf(thrown, gone.signal, serving), serving);
  } finally {
    traffic.stop();
    sayFarewell(socket, serving.closing.aborted ? 1001 : 1000);
    await opened?.session.close().catch((error: unknown) => {
      serving.log.warn({ requestId: serving.requestId, err: error }, 'a session could not be closed');
    });
  }
}

/** A client that does not answer the close is cut off. */
function sayFarewell(socket: WebSocket, code: number): void {
  socket.resume();
  socket.close(code);
  const timer = setTimeout(() => socket.terminate(), farewellMs);
  socket.once('close', () => clearTimeout(timer));
}

function lateStart({ startMs }: SessionTimes): AbortSignal {
  return AbortSignal.timeout(startMs);
}

/** Why it ended: an abort says it better than what broke by it. */
function reasonOf(
  thrown: unknown,
  gone: AbortSignal,
  { closing, revoked }: Pick<Serving<unknown>, 'closing' | 'revoked'>,
): unknown {
  if (revoked.aborted) return revoked.reason;
  if (gone.reason instanceof CraneError) return gone.reason;
  if (closing.aborted)
    return new CraneError('part.unavailable', {
      message: 'The control plane is stopping.',
      fix: 'Try again when it is back.',
    });
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError')
    return new CraneError('input.malformed', {
      message: 'The first message, which says what to run, did not come in time.',
      fix: 'Send it at once after the connection is open.',
    });
  return thrown;
}

async function tellError<Start>(
  socket: WebSocket,
  thrown: unknown,
  { log, requestId }: Serving<Start>,
): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  const error = toApiError(thrown);
  const problem = toProblem(error, requestId);
  if (problem.status >= 500) log.error({ requestId, code: error.code, error: thrown }, error.message);
  await send(socket, { type: 'error', problem }).catch(() => undefined);
}

function parseMessage<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(readJson(text));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(''),
    message,
  }));
  throw new CraneError('input.invalid', {
    message: `A message is not as it should be: ${errors[0]?.pointer ?? ''} ${errors[0]?.message ?? ''}.`,
    fix: 'Compare it with ExecStart, RunStart and SessionInput in /api/v1/openapi.json.',
    errors,
  });
}

type Inbox = { first: Promise<string>; passTo(session: InstanceSession): void };

/** Messages in order, one at a time: nothing more is read while the session has not taken one. */
function createInbox(socket: WebSocket, traffic: Traffic): Inbox {
  const first = Promise.withResolvers<string>();
  const target = Promise.withResolvers<InstanceSession>();
  first.promise.catch(() => undefined);
  let hasFirst = false;
  let last = Promise.resolve();
  const take = async (data: Buffer, isBinary: boolean): Promise<void> => {
    const session = await target.promise;
    if (isBinary) return traffic.during(session.write(data));
    const message = parseMessage(data.toString('utf8'), sessionInputSchema);
    if (message.type === 'endInput') session.endInput();
    else await session.resize({ rows: message.rows, columns: message.columns });
  };
  socket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data)
      ? data
      : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    if (!hasFirst) {
      hasFirst = true;
      first.resolve(bytes.toString('utf8'));
      return;
    }
    socket.pause();
    last = last
      .then(() => take(bytes, isBinary))
      .catch((error: unknown) => traffic.fail(error))
      .finally(() => socket.resume());
  });
  return { first: first.promise, passTo: target.resolve };
}

type Traffic = {
  /** Bytes on their way; while they are, nothing is expected of the other side. */
  during(work: Promise<void>): Promise<void>;
  fail(error: unknown): void;
  stop(): void;
};

/** Ends a session whose client is gone without a word, or in which nothing moves. */
function watchTraffic(
  socket: WebSocket,
  { beatMs, idleMs }: SessionTimes,
  end: (error: unknown) => void,
): Traffic {
  let missed = 0;
  let waiting = 0;
  let movedAt = performance.now();
  socket.on('pong', () => (missed = 0));
  const timer = setInterval(() => {
    if (idleMs !== null && performance.now() - movedAt > idleMs) end(idleError(idleMs));
    // Who is full, or is waited for, does not read our beats either; a dead connection fails by itself at the next one.
    missed = waiting > 0 ? 0 : missed + 1;
    if (missed > mostMissedBeats) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  }, beatMs);
  return {
    async during(work) {
      waiting += 1;
      try {
        await work;
      } finally {
        waiting -= 1;
        movedAt = performance.now();
      }
    },
    fail: end,
    stop: () => clearInterval(timer),
  };
}

function idleError(idleMs: number): CraneError {
  return new CraneError('session.idle', {
    message: `Nothing was sent either way for ${Math.round(idleMs / 60_000)} min; the session was ended.`,
    fix: 'Run the command again; for long quiet work use: crane run',
  });
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function send(socket: WebSocket, event: SessionEvent): Promise<void> {
  return sendBytes(socket, JSON.stringify(event));
}

/** Resolves when the system has taken it. */
function sendBytes(socket: WebSocket, data: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
}
