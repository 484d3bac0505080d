import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import type { ScrapeRequest, ScrapeResult } from '../../core/port/scrape.ts';
import { createNetworkScrape } from './create-network-scrape.ts';

async function scrape(
  test: TestContext,
  answer: RequestListener,
  change: Partial<ScrapeRequest> = {},
): Promise<ScrapeResult> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return networkScrape({ ...request, port: address.port, ...change });
}

const networkScrape = createNetworkScrape();
const request: ScrapeRequest = {
  address: '127.0.0.1',
  port: 1,
  path: '/metrics',
  accept: 'text/plain',
  timeoutMs: 2_000,
  maxBytes: 1_000,
};

function reasonOf(result: ScrapeResult): string {
  return result.kind === 'failed' ? result.reason : assert.fail(`it answered with ${result.status}`);
}

describe('a scrape', () => {
  it('gives status, type and body', async (test) => {
    const result = await scrape(test, ({ url, headers }, response) => {
      response.writeHead(418, { 'content-type': 'text/plain; version=0.0.4' });
      response.end(`${url} ${headers.accept} ${headers['accept-encoding']}`);
    });
    assert.ok(result.kind === 'answer');
    assert.deepEqual([result.status, result.contentType], [418, 'text/plain; version=0.0.4']);
    assert.equal(Buffer.from(result.body).toString(), '/metrics text/plain identity');
  });

  it('has no type when there is none', async (test) => {
    const result = await scrape(test, (_, response) => response.end('up 1\n'));
    assert.equal(result.kind === 'answer' ? result.contentType : '', null);
  });

  it('does not follow a redirect', async (test) => {
    const seen: (string | undefined)[] = [];
    const result = await scrape(test, ({ url }, response) => {
      seen.push(url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    assert.equal(result.kind === 'answer' ? result.status : 0, 302);
    assert.deepEqual(seen, ['/metrics']);
  });

  it('takes no more than the limit', async (test) => {
    const endless: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(500)), 1);
      response.on('close', () => clearInterval(timer));
    };
    assert.match(reasonOf(await scrape(test, endless)), /more than 1000 bytes/);
    const exact = await scrape(test, (_, response) => response.end('x'.repeat(1_000)));
    assert.equal(exact.kind, 'answer');
  });

  it('takes nothing compressed', async (test) => {
    const result = await scrape(test, (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('bomb'),
    );
    assert.match(reasonOf(result), /gzip, which was not asked for/);
  });

  it('waits no longer than it may: for the answer, and for its end', async (test) => {
    const silent = await scrape(test, () => undefined, { timeoutMs: 50 });
    assert.match(reasonOf(silent), /no whole answer within 50 ms/);
    const endless: RequestListener = (_, response) => void response.write('up 1\n');
    assert.match(reasonOf(await scrape(test, endless, { timeoutMs: 100 })), /no whole answer within 100 ms/);
  });

  it('says why there is no answer', async (test) => {
    assert.match(reasonOf(await networkScrape(request)), /ECONNREFUSED/);
    assert.match(reasonOf(await networkScrape({ ...request, path: '/a b' })), /unescaped/);
    const broken = await scrape(test, ({ socket }) => void socket.destroy());
    assert.match(reasonOf(broken), /socket hang up/);
    const cut = await scrape(test, ({ socket }, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('up', () => socket.destroy());
    });
    assert.match(reasonOf(cut), /aborted/);
  });

  it('keeps its connection, and takes another one when the instance closed it', async (test) => {
    const ports = new Set<number | undefined>();
    const server = createServer(({ socket }, response) => {
      ports.add(socket.remotePort);
      response.end('up 1\n');
    }).listen(0, '127.0.0.1');
    test.after(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const ask = () => networkScrape({ ...request, port: address.port });
    assert.deepEqual([(await ask()).kind, (await ask()).kind, ports.size], ['answer', 'answer', 1]);
    server.closeAllConnections();
    assert.deepEqual([(await ask()).kind, ports.size], ['answer', 2]);
  });

  it('ends with the signal', async (test) => {
    const stop = new AbortController();
    const server = createServer(() => stop.abort()).listen(0, '127.0.0.1');
    test.after(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    assert.match(reasonOf(await networkScrape({ ...request, port: address.port }, stop.signal)), /aborted/);
  });
});
