import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { closeSpareConnections } from './close-spare-connections.ts';

/** Far below the time that Node gives a connection which never sent a request. */
const soonMs = 2_000;

async function listening(
  test: TestContext,
  declare: (app: FastifyInstance) => void = () => undefined,
): Promise<{ app: FastifyInstance; port: number }> {
  const app = fastify();
  closeSpareConnections(app);
  declare(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  test.after(async () => app.close());
  const address = app.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { app, port: address.port };
}

async function open(test: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  test.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

describe('closing a listener', () => {
  it('does not wait for connections that were opened and never used', async (test) => {
    const { app, port } = await listening(test);
    const socket = await open(test, port);
    const began = performance.now();
    const cut = once(socket, 'close');
    await app.close();
    await cut;
    assert.ok(performance.now() - began < soonMs);
  });

  it('lets a request under way have its whole answer', async (test) => {
    const arrived = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<string>();
    const { app, port } = await listening(test, (server) =>
      server.get('/slow', () => {
        arrived.resolve();
        return answer.promise;
      }),
    );
    const asked = request({ host: '127.0.0.1', port, path: '/slow' }).end();
    const replied = once(asked, 'response');
    await arrived.promise;
    const closed = app.close();
    const body = 'x'.repeat(200_000);
    answer.resolve(body);
    const [response] = await replied;
    let seen = '';
    for await (const chunk of response) seen += String(chunk);
    assert.equal(seen, body);
    await closed;
  });
});
