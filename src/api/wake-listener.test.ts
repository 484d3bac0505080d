import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import type { WakeAnswer, Waker } from '../core/port/waker.ts';
import { createWakeListener, type WakeLimits } from './wake-listener.ts';

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A listener whose waker answers when the test says so. */
async function open(
  test: TestContext,
  { limits, peers = true }: { limits?: WakeLimits; peers?: boolean } = {},
): Promise<{ port: number; asked: string[]; answer: (given: WakeAnswer) => void }> {
  const asked: string[] = [];
  const given = Promise.withResolvers<WakeAnswer>();
  const waker: Waker = {
    wake: ({ app, service, port }, signal) => {
      asked.push(`${app}/${service}/${port}`);
      const late = new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
      );
      return Promise.race([given.promise, late]);
    },
  };
  const listener = createWakeListener({
    waker,
    log: quiet,
    isAllowedPeer: () => peers,
    ...(limits === undefined ? {} : { limits }),
  });
  const port = await listener.listen({ host: '127.0.0.1', port: 0 });
  test.after(() => listener.close());
  return { port, asked, answer: given.resolve };
}

type Sent = { method?: string; headers?: Record<string, string>; body?: string };

async function send(
  port: number,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<IncomingMessage> {
  const request = ask({
    port,
    method,
    path: '/a?b=c',
    headers: { 'X-Crane-Wake': 'shop-1/web/8080', ...headers },
  });
  request.end(body);
  const [response] = await once(request, 'response');
  return response;
}

/** What it received is what it answers. */
async function echo(test: TestContext): Promise<string> {
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      response.writeHead(207, { 'x-own': 'yes' });
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

describe('the wake listener', () => {
  it('holds a request until an instance answers, and leads it through both ways', async (test) => {
    const { port, asked, answer } = await open(test);
    const waiting = send(port, { method: 'POST', headers: { Host: 'shop-1.localhost' }, body: 'hello' });
    answer({ kind: 'ready', url: await echo(test) });
    const response = await waiting;
    assert.deepEqual([response.statusCode, response.headers['x-own']], [207, 'yes']);
    const seen: unknown = JSON.parse(await text(response));
    assert.deepEqual(asked, ['shop-1/web/8080']);
    assert.partialDeepStrictEqual(seen, {
      method: 'POST',
      url: '/a?b=c',
      body: 'hello',
      headers: { host: 'shop-1.localhost' },
    });
    assert.ok(!JSON.stringify(seen).includes('x-crane-wake'));
  });

  it('says no when nobody will answer, and when to come again', async (test) => {
    const { port, answer } = await open(test);
    answer({ kind: 'refused', reason: 'web is held at 0 by ada' });
    const response = await send(port);
    assert.deepEqual([response.statusCode, response.headers['retry-after']], [503, '2']);
    assert.match(await text(response), /held at 0 by ada/);
  });

  it('does not wait for ever, nor with too many', async (test) => {
    const { port } = await open(test, { limits: { perService: 1, inAll: 1, holdMs: 300 } });
    const first = send(port);
    const second = await send(port);
    assert.match(await text(second), /Too many requests wait/);
    const late = await first;
    assert.equal(late.statusCode, 503);
    assert.match(await text(late), /did not answer within 0.3 s/);
  });

  it('wakes for an upgrade, and asks to come again', async (test) => {
    const { port, asked } = await open(test);
    const response = await send(port, { headers: { Connection: 'Upgrade', Upgrade: 'websocket' } });
    assert.deepEqual([response.statusCode, response.headers['retry-after']], [503, '2']);
    assert.deepEqual(asked, ['shop-1/web/8080']);
  });

  it('knows nothing without the header of the router, and does not read strangers', async (test) => {
    const { port } = await open(test);
    assert.equal((await send(port, { headers: { 'X-Crane-Wake': 'nonsense' } })).statusCode, 404);
    const closed = await open(test, { peers: false });
    const socket = connect(closed.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'close');
  });
});
