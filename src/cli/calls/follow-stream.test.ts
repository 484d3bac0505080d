import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { after, describe, test } from 'node:test';
import { CliError } from '../cli-error.ts';
import { followStream } from './follow-stream.ts';

type Connection = (response: ServerResponse) => void;

const closers: (() => void)[] = [];
after(() => {
  for (const close of closers) close();
});

/** A server whose first, second … connection is answered by these; `resumedAfter` are the ids that clients sent. */
async function serve(connections: Connection[]) {
  const resumedAfter: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const id = request.headers['last-event-id'];
    resumedAfter.push(Array.isArray(id) ? id[0] : id);
    connections[resumedAfter.length - 1]?.(response);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { url: `http://127.0.0.1:${address.port}/events`, resumedAfter };
}

function open(response: ServerResponse, ...ids: number[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const id of ids) response.write(`id: ${id}\nevent: step\ndata: ${id}\n\n`);
}

async function collect(url: string, count: number): Promise<unknown[]> {
  const enough = new AbortController();
  const seen: unknown[] = [];
  for await (const event of followStream({
    url,
    token: null,
    after: null,
    signal: enough.signal,
    isEndless: true,
  })) {
    seen.push(event.data);
    if (seen.length === count) enough.abort();
  }
  return seen;
}

describe('streams of events', () => {
  test('are taken up again after the last event when the connection breaks or the server restarts', async () => {
    const { url, resumedAfter } = await serve([
      (response) => {
        open(response, 1, 2);
        setImmediate(() => response.socket?.resetAndDestroy());
      },
      (response) => {
        open(response, 3);
        response.end();
      },
      (response) => open(response, 4),
    ]);
    assert.deepEqual(await collect(url, 4), [1, 2, 3, 4]);
    assert.deepEqual(resumedAfter, [undefined, '2', '3']);
  });

  test('that are refused end with the problem of the server', async () => {
    const { url } = await serve([
      (response) => {
        response.writeHead(404, { 'content-type': 'application/problem+json' });
        response.end(
          JSON.stringify({ code: 'operation.not_found', detail: 'There is no such operation.', exitCode: 1 }),
        );
      },
    ]);
    await assert.rejects(
      collect(url, 1),
      (error) => error instanceof CliError && error.problem.code === 'operation.not_found',
    );
  });

  test('that tell an error end with it', async () => {
    const { url } = await serve([
      (response) => {
        open(response, 1);
        response.end(
          `event: error\ndata: ${JSON.stringify({ code: 'engine.unreachable', detail: 'gone', exitCode: 6 })}\n\n`,
        );
      },
    ]);
    await assert.rejects(collect(url, 5), (error) => error instanceof CliError && error.exitCode === 6);
  });

  test('end quietly when nobody wants them any more', async () => {
    const { url } = await serve([(response) => open(response, 1)]);
    assert.deepEqual(await collect(url, 1), [1]);
  });
});
