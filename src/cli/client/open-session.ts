import { WebSocket } from 'ws';
import { splitSocket } from './split-socket.ts';

/** What comes from a session: JSON messages, and output. */
export type SessionMessage =
  | { kind: 'event'; event: unknown }
  | { kind: 'output'; stream: 'stdout' | 'stderr'; bytes: Uint8Array };

/** A WebSocket of the control plane. */
export type SessionSocket = {
  /** In order; ends when the server closed it. To be read once. What is not read is not taken from the network. */
  messages: AsyncIterable<SessionMessage>;
  /** Resolves when it was handed to the network. */
  sendJson(message: object): Promise<void>;
  sendInput(bytes: Uint8Array): Promise<void>;
  close(): void;
};

/** The server refused the upgrade: `body` is its problem document, or its text when it is none. */
export class SessionRefusedError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`the server refused the session (status ${status})`);
    this.name = 'SessionRefusedError';
    this.status = status;
    this.body = body;
  }
}

const openMs = 30_000;
/** The server beats every ten seconds. */
const silenceMs = 45_000;
/** After a close the other side has so long to answer it. */
const farewellMs = 1_000;
const maxBodyBytes = 64 * 1024;

/**
 * Opens the session at the absolute `url` (`http…`). Throws `SessionRefusedError`, or as the system does when nobody answers. The stream of
 * messages throws when the connection is lost.
 */
export async function openSession(
  url: string,
  token: string | null,
  signal: AbortSignal,
): Promise<SessionSocket> {
  const socket = new WebSocket(addressOf(url), {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    handshakeTimeout: openMs,
    perMessageDeflate: false,
  });
  const inbox = collect(socket);
  const onAbort = (): void => socket.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', onAbort));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBodyBytes) chunks.push(chunk);
      });
      response.on('end', () => {
        reject(new SessionRefusedError(response.statusCode ?? 0, parseBody(Buffer.concat(chunks))));
        socket.terminate();
      });
      response.on('error', reject);
    });
    if (signal.aborted) onAbort();
  });
  return {
    messages: readInbox(inbox),
    sendJson: (message) => send(socket, JSON.stringify(message)),
    sendInput: (bytes) => send(socket, bytes),
    close: () => closeSocket(socket),
  };
}

function addressOf(url: string): string {
  const socket = splitSocket(url);
  return socket === null ? url.replace(/^http/, 'ws') : `ws+unix:${socket.socketPath}:${socket.path}`;
}

/** What was not read must not keep the farewell of the other side from being read. */
function closeSocket(socket: WebSocket): void {
  socket.removeAllListeners('message');
  socket.resume();
  socket.close();
  const timer = setTimeout(() => socket.terminate(), farewellMs);
  socket.once('close', () => clearTimeout(timer));
}

function parseBody(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function send(socket: WebSocket, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
}

type Collected = { waiting: SessionMessage[]; next: () => Promise<boolean>; resume: () => void };

/** Holds at most what had been read when the first unread message came. */
function collect(socket: WebSocket): Collected {
  const waiting: SessionMessage[] = [];
  let wake = Promise.withResolvers<void>();
  let end: { error: Error | null } | null = null;
  const finish = (error: Error | null): void => {
    end ??= { error };
    clearTimeout(silence);
    wake.resolve();
  };
  const silence = setTimeout(() => {
    finish(new Error('the connection fell silent'));
    socket.terminate();
  }, silenceMs);
  socket.on('ping', () => silence.refresh());
  socket.on('message', (data, isBinary) => {
    silence.refresh();
    waiting.push(parseMessage(Buffer.isBuffer(data) ? data : Buffer.alloc(0), isBinary));
    socket.pause();
    wake.resolve();
  });
  socket.on('error', finish);
  socket.on('close', (code) => finish(code === 1000 ? null : new Error(`closed with code ${code}`)));
  return {
    waiting,
    resume: () => socket.resume(),
    async next() {
      while (waiting.length === 0) {
        if (end !== null && end.error !== null) throw end.error;
        if (end !== null) return false;
        wake = Promise.withResolvers<void>();
        await wake.promise;
      }
      return true;
    },
  };
}

async function* readInbox({
  waiting,
  next,
  resume,
}: Collected): AsyncGenerator<SessionMessage, void, undefined> {
  while (await next()) {
    const message = waiting.shift();
    if (message !== undefined) yield message;
    if (waiting.length === 0) resume();
  }
}

function parseMessage(bytes: Buffer, isBinary: boolean): SessionMessage {
  if (!isBinary) return { kind: 'event', event: JSON.parse(bytes.toString('utf8')) };
  return { kind: 'output', stream: bytes[0] === 2 ? 'stderr' : 'stdout', bytes: bytes.subarray(1) };
}
