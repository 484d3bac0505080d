import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type ServedRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
};

/** A test, or a suite that runs what it was given at its end. */
export type Cleanable = { after(work: () => void | Promise<void>): void };

/**
 * An HTTP server on loopback that answers as told: it stands for a broken part, which a real one cannot be made to be.
 * Closed with the test. Returns its URL.
 */
export async function servePart(
  test: Cleanable,
  answer: (request: ServedRequest, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    void readRequest(request).then((served) => answer(served, response));
  });
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${portOf(server)}`;
}

export async function readRequest(request: IncomingMessage): Promise<ServedRequest> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(await request.toArray()).toString('utf8'),
  };
}

export function portOf(server: Server): number {
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

/** An address of this machine where nothing listens. */
export async function unusedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
