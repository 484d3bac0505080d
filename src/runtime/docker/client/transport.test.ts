import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createEngineClient, type EngineClient } from './engine-client.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Fake = { client: EngineClient; server: Server; seen: string[]; path: string };

/** A server on a unix socket that pings as an engine does; everything else is the test's. */
async function startFake(t: TestContext, answer: Answer, apiVersion = '1.47'): Promise<Fake> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-'));
  const path = join(folder, 'engine.sock');
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (request.url === '/_ping') response.writeHead(200, { 'Api-Version': apiVersion }).end('OK');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  const client = createEngineClient({ endpoint: { kind: 'socket', path } });
  t.after(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await rm(folder, { recursive: true });
  });
  return { client, server, seen, path };
}

const json =
  (status: number, body: unknown): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

describe('the version', () => {
  it('is asked once and then used in every path', async (t) => {
    const { client, seen } = await startFake(t, json(200, []));
    await Promise.all([client.networks.list(), client.networks.list()]);
    assert.deepEqual(seen, ['GET /_ping', 'GET /v1.47/networks', 'GET /v1.47/networks']);
  });

  it('of an engine that is too old is refused, naming both', async (t) => {
    const { client } = await startFake(t, json(200, []), '1.24');
    await assert.rejects(client.networks.list(), {
      code: 'engine.unsupported',
      message: /speaks API 1\.24; Crane needs 1\.41 to 1\.52/,
    });
  });

  it('that the engine no longer takes is refused and asked again', async (t) => {
    const refusal = { message: 'client version 1.47 is too old. Minimum supported API version is 1.60' };
    const { client, seen } = await startFake(t, json(400, refusal));
    await assert.rejects(client.networks.list(), { code: 'engine.unsupported', message: /too old/ });
    await assert.rejects(client.networks.list(), { code: 'engine.unsupported' });
    assert.equal(seen.filter((line) => line === 'GET /_ping').length, 2);
  });
});

describe('errors', () => {
  for (const [status, code] of [
    [404, 'engine.not_found'],
    [409, 'engine.conflict'],
    [500, 'engine.failed'],
    [403, 'engine.failed'],
    [301, 'engine.failed'],
  ] as const)
    it(`status ${status} is ${code} with the engine's words`, async (t) => {
      const { client } = await startFake(t, json(status, { message: 'as it is' }));
      await assert.rejects(client.containers.inspect('web'), {
        code,
        message: 'Inspect container web: as it is',
      });
    });

  it('that are no JSON are shown as they are, but not for ever', async (t) => {
    const { client } = await startFake(
      t,
      (_, response) => void response.writeHead(502).end('bad gateway '.repeat(1_000)),
    );
    await assert.rejects(client.system.version(), (error: Error) => {
      assert.match(error.message, /bad gateway/);
      return error.message.length < 2_200;
    });
  });

  it('a socket that is not there says how to start the engine', async () => {
    const client = createEngineClient({ endpoint: { kind: 'socket', path: '/nonexistent/docker.sock' } });
    await assert.rejects(
      client.system.ping(),
      (error: { code: string; message: string; facts: { fix: string } }) => {
        assert.equal(error.code, 'engine.unreachable');
        assert.match(error.message, /unix:\/\/\/nonexistent\/docker\.sock is not reachable/);
        return /Start Docker/.test(error.facts.fix);
      },
    );
  });

  it('a port that nobody listens on is unreachable', async () => {
    const client = createEngineClient({ endpoint: { kind: 'tcp', host: '127.0.0.1', port: 1, tls: null } });
    await assert.rejects(client.system.ping(), {
      code: 'engine.unreachable',
      message: /tcp:\/\/127\.0\.0\.1:1/,
    });
  });

  it('an answer that ends too early, is no JSON, or does not fit, is not understood', async (t) => {
    const bodies = ['{"Id": "x', '', '[]', '{"Id": 3}'];
    const { client } = await startFake(t, (_, response) => void response.end(bodies.shift()));
    await assert.rejects(client.networks.inspect('a'), { code: 'engine.failed', message: /ends too early/ });
    await assert.rejects(client.networks.inspect('a'), { code: 'engine.failed', message: /it is empty/ });
    await assert.rejects(client.networks.inspect('a'), { code: 'engine.failed', message: /not understood/ });
    await assert.rejects(client.networks.inspect('a'), { code: 'engine.failed', message: /at "Id"/ });
  });

  it('a connection that is cut in the middle of an answer was lost', async (t) => {
    const { client } = await startFake(t, (_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' }).write('{"Id":', () => response.destroy());
    });
    await assert.rejects(client.networks.inspect('a'), { code: 'engine.unreachable', message: /was lost/ });
  });

  it('a name that would leave its place is refused before anything is sent', async (t) => {
    const { client, seen } = await startFake(t, json(200, {}));
    await assert.rejects(async () => client.containers.inspect('../images'), { code: 'input.invalid' });
    await assert.rejects(async () => client.containers.inspect(''), { code: 'input.invalid' });
    assert.deepEqual(seen, []);
  });
});

describe('reused connections', () => {
  it('that the engine closed meanwhile are replaced for reading', async (t) => {
    let calls = 0;
    const { client } = await startFake(t, (request, response) => {
      calls += 1;
      // The second call finds the connection of the first one dead just as it is used.
      if (calls === 2) request.socket.destroy();
      else json(200, [])(request, response);
    });
    await client.networks.list();
    assert.deepEqual(await client.networks.list(), []);
    assert.equal(calls, 3);
  });

  it('are not retried for what changes something', async (t) => {
    let calls = 0;
    const { client } = await startFake(t, (request, response) => {
      calls += 1;
      if (calls === 2) request.socket.destroy();
      else json(200, [])(request, response);
    });
    await client.networks.list();
    await assert.rejects(client.networks.remove('a'), { code: 'engine.unreachable' });
    assert.equal(calls, 2);
  });
});

describe('waiting', () => {
  it('ends when the signal aborts, before and while the engine thinks', async (t) => {
    const stop = new AbortController();
    const { client, seen } = await startFake(t, () => stop.abort());
    await assert.rejects(client.networks.list({}, stop.signal), { code: 'operation.cancelled' });
    const calls = seen.length;
    await assert.rejects(client.networks.list({}, stop.signal), { code: 'operation.cancelled' });
    assert.equal(seen.length, calls);
  });

  it('ends with a time-out of the caller as one', async (t) => {
    const { client } = await startFake(t, () => undefined);
    await assert.rejects(client.networks.list({}, AbortSignal.timeout(20)), { code: 'engine.timed_out' });
  });

  it('ends by itself when the engine never answers', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { client } = await startFake(t, () => t.mock.timers.tick(60_000));
    await assert.rejects(client.networks.list(), {
      code: 'engine.timed_out',
      message: 'List networks: the Docker engine did not answer within 60 s.',
    });
  });
});

describe('streams', () => {
  const stream =
    (...lines: readonly string[]): Answer =>
    (_, response) => {
      response.writeHead(200);
      for (const line of lines) response.write(line);
      response.end();
    };

  it('throw the errors that come inside a successful answer', async (t) => {
    const { client } = await startFake(
      t,
      stream(
        '{"status":"Pulling from library/web","id":"1"}\n',
        '{"errorDetail":{"message":"unexpected EOF"},"error":"unexpected EOF"}\n',
      ),
    );
    const told: string[] = [];
    const pulling = client.images.pull({ ref: 'web:1', onProgress: ({ status }) => void told.push(status) });
    await assert.rejects(pulling, { code: 'image.pull_failed', message: 'Pull web:1: unexpected EOF' });
    assert.deepEqual(told, ['Pulling from library/web']);
  });

  it('tell an absent image from a broken registry', async (t) => {
    const { client } = await startFake(
      t,
      stream('{"error":"manifest for web:1 not found: manifest unknown"}\n'),
    );
    await assert.rejects(client.images.pull({ ref: 'web:1' }), { code: 'image.not_found' });
  });

  it('that are cut are errors, also in the middle of a line', async (t) => {
    const { client } = await startFake(t, (_, response) => {
      response.writeHead(200).write('{"status":"Pulling"}\n{"sta', () => response.destroy());
    });
    await assert.rejects(client.images.pull({ ref: 'web:1' }), {
      code: 'engine.unreachable',
      message: /was lost/,
    });
  });

  it('close their connection when the reader leaves, even while it waits', async (t) => {
    const closed = Promise.withResolvers<void>();
    const { client } = await startFake(t, (request, response) => {
      request.socket.once('close', () => closed.resolve());
      response.writeHead(200).write('first');
    });
    const options = { follow: true, tail: null, sinceMs: null, hasTimestamps: false };
    const reader = client.containers.logs('web', options)[Symbol.asyncIterator]();
    assert.equal(Buffer.from((await reader.next()).value ?? []).toString(), 'first');
    const pending = reader.next();
    await reader.return?.();
    assert.equal((await pending).done, true);
    await closed.promise;
  });

  it('send nothing before they are read', async (t) => {
    const { client, seen } = await startFake(t, stream());
    client.images.save(['web']);
    client.system.events({});
    assert.deepEqual(seen, []);
  });

  it('send the credentials of the image’s registry and no other', async (t) => {
    const headers: (string | string[] | undefined)[] = [];
    const { path } = await startFake(t, (request, response) => {
      headers.push(request.headers['x-registry-auth']);
      response.end('');
    });
    const asked: string[] = [];
    const client = createEngineClient({
      endpoint: { kind: 'socket', path },
      credentials: {
        findAll: async () => ({}),
        find: async (registry) => {
          asked.push(registry);
          return { username: 'ann', password: 'p', serveraddress: registry };
        },
      },
    });
    await client.images.pull({ ref: 'localhost:5000/web:1' });
    client.close();
    assert.deepEqual(asked, ['localhost:5000']);
    const sent: unknown = JSON.parse(Buffer.from(String(headers[0]), 'base64url').toString());
    assert.deepEqual(sent, { username: 'ann', password: 'p', serveraddress: 'localhost:5000' });
  });
});

it('a refused hijack gives the engine’s words', async (t) => {
  const { client } = await startFake(t, json(409, { message: 'Container web is not running' }));
  await assert.rejects(client.execs.start('e1', { hasTty: false }), {
    code: 'engine.conflict',
    message: /not running/,
  });
});
