import { once } from 'node:events';
import { WebSocket } from 'ws';
import { sessionEventSchema, type SessionEvent } from '../../src/api/schema/session-schema.ts';

/** A client of a session that keeps what it was told. For tests. */
export type TestSession = {
  socket: WebSocket;
  texts: { stdout: string; stderr: string };
  events: SessionEvent[];
  send(message: object): void;
  /** Input. */
  write(text: string): void;
  /** Resolves with the code of the close. */
  closed: Promise<number>;
};

export async function talkSession(url: string, token = 'crane_bob'): Promise<TestSession> {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  const texts = { stdout: '', stderr: '' };
  const events: SessionEvent[] = [];
  socket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
    if (isBinary) texts[bytes[0] === 2 ? 'stderr' : 'stdout'] += bytes.subarray(1).toString('utf8');
    else events.push(sessionEventSchema.parse(JSON.parse(bytes.toString('utf8'))));
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  return {
    socket,
    texts,
    events,
    send: (message) => socket.send(JSON.stringify(message)),
    write: (text) => socket.send(Buffer.from(text)),
    closed,
  };
}

/** The answer to an upgrade that is refused. */
export async function refusedSession(
  url: string,
  token: string | null,
): Promise<{ status: number; body: unknown }> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('it was opened')));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
  });
}
