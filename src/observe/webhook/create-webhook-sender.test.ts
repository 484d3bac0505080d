import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import type { WebhookRequest } from '../../core/port/send-webhook.ts';
import { createWebhookSender } from './create-webhook-sender.ts';

async function serve(test: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
const requestTo = (url: string, change: Partial<WebhookRequest> = {}): WebhookRequest => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"id":1}',
  isAllowed: (kind) => kind !== 'forbidden',
  timeoutMs: 2_000,
  ...change,
});

describe('sending an event', () => {
  it('S77 gives the status, and follows nothing', async (test) => {
    const seen: string[] = [];
    const port = await serve(test, (request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${text}`);
        const status = Number(request.url?.slice(1));
        response.writeHead(status, status === 302 ? { location: '/200' } : {}).end('secret text');
      });
    });
    const send = createWebhookSender();
    const results = [];
    for (const path of ['200', '204', '302', '500', '410'])
      results.push(await send(requestTo(`http://127.0.0.1:${port}/${path}`)));
    assert.deepEqual(
      results.map(({ status, error }) => [status, error]),
      [
        [200, null],
        [204, null],
        [302, 'answered 302: redirects are not followed'],
        [500, 'answered 500'],
        [410, 'answered 410'],
      ],
    );
    assert.equal(seen[0], 'POST /200 {"id":1}');
    assert.equal(seen.length, 5);
  });

  it('tells why there was no answer', async (test) => {
    const port = await serve(test, (request, response) => {
      if (request.url === '/cut') request.socket.destroy();
      else void response;
    });
    const send = createWebhookSender();
    const errorOf = async (url: string, timeoutMs = 2_000): Promise<string | null> =>
      (await send(requestTo(url, { timeoutMs }))).error;
    assert.equal(await errorOf(`http://127.0.0.1:${port}/slow`, 100), 'no answer within 0.1 s');
    assert.equal(await errorOf(`http://127.0.0.1:${port}/cut`), 'the connection was cut');
    assert.equal(await errorOf('http://127.0.0.1:1/'), 'nobody listens there');
  });

  it('S77 goes where the name leads only when all its addresses are allowed, and to the very one that was judged', async (test) => {
    let hits = 0;
    const port = await serve(test, (_request, response) => {
      hits += 1;
      response.end();
    });
    const answers = [['127.0.0.1'], ['93.184.216.34', '169.254.169.254'], []];
    const send = createWebhookSender({
      resolve: async () =>
        (answers.shift() ?? ['169.254.169.254']).map((address) => ({ address, family: 4 })),
    });
    const url = `http://shop.example:${port}/`;
    assert.equal((await send(requestTo(url))).status, 200);
    const mixed = await send(requestTo(url));
    assert.deepEqual(
      [mixed.status, mixed.error],
      [null, 'not allowed: the name leads to a reserved or link-local address'],
    );
    assert.equal((await send(requestTo(url))).error, 'the name has no address');
    const literal = await send(
      requestTo(`http://127.0.0.1:${port}/`, { isAllowed: (kind) => kind === 'public' }),
    );
    assert.equal(literal.error, 'not allowed: the name leads to a loopback address');
    assert.equal(hits, 1);
  });
});
