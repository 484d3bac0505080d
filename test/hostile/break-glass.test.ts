import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { text as textOf } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { listenPrivately } from '../../src/platform/listen-privately.ts';
import { createCaller } from '../factories/cli/call-crane.ts';
import { deployedApp, itemsOf, portOf, problemOf, testApi, type TestApi } from '../factories/test-api.ts';

type Opened = TestApi & {
  socketPath: string;
  crane: ReturnType<typeof createCaller>;
  ask: (headers: Record<string, string>, body: object) => Promise<{ status: number; text: string }>;
};

/** The API on a port of this machine and on its owner's socket, in a data folder. */
async function opened(test: TestContext): Promise<Opened> {
  const made = await testApi(test);
  const folder = mkdtempSync(join(tmpdir(), 'crane-owner-'));
  test.after(() => rmSync(folder, { recursive: true }));
  const socketPath = join(folder, 'break-glass.sock');
  await made.api.listen({ host: '127.0.0.1', port: 0 });
  await listenPrivately(made.api.ownerServer, socketPath);
  return {
    ...made,
    socketPath,
    crane: createCaller(folder, `http://127.0.0.1:${portOf(made.api)}`),
    ask: async (headers, body) => {
      const sent = request({
        socketPath,
        method: 'PATCH',
        path: '/api/v1/users/cid',
        headers: { 'content-type': 'application/json', ...headers },
      });
      sent.end(JSON.stringify(body));
      const [answer] = await once(sent, 'response');
      return { status: Number(answer.statusCode), text: await textOf(answer) };
    },
  };
}

describe('the socket of who owns the machine', () => {
  it('is theirs alone', async (test) => {
    const { socketPath } = await opened(test);
    assert.equal(statSync(socketPath).mode & 0o777, 0o600);
  });

  it('S79 undoes what an admin cannot while the policy engine is down, and it is written down as break-glass', async (test) => {
    const { call, crane, world, store, ada } = await opened(test);
    world.policy.fail('policy.unavailable');
    const payload = { isDisabled: true };
    problemOf(await call('ada', 'PATCH', '/api/v1/users/cid', { payload }), 503, 'policy.unavailable');
    problemOf(await call('bob', 'GET', '/api/v1/me'), 503, 'policy.unavailable');
    const { code, err } = await crane(['break-glass', 'users', 'disable', 'cid'], { CRANE_TOKEN: '' });
    assert.equal(code, 0, err);
    assert.equal(store.users.findByName('cid')?.isDisabled, true);
    world.policy.fail(null);
    const [done, asked] = itemsOf(await call('ada', 'GET', '/api/v1/audit?subject=cid'));
    for (const entry of [done, asked])
      assert.deepEqual(
        [entry?.['actor'], entry?.['actorId'], entry?.['via'], entry?.['address'], entry?.['action']],
        ['break-glass', null, 'break-glass', 'socket', 'changeUser'],
      );
    // Also when no admin may come in any more.
    store.users.update(ada.id, { isDisabled: true });
    assert.equal((await crane(['break-glass', 'users', 'enable', 'ada'])).code, 0);
    assert.equal(store.users.find(ada.id)?.isDisabled, false);
  });

  it('is the only way: nothing that is sent to the port makes somebody the owner', async (test) => {
    const { call, store, socketPath } = await opened(test);
    const payload = { isDisabled: true };
    for (const headers of [
      { host: 'localhost', 'x-forwarded-for': socketPath },
      { host: `unix:${socketPath}` },
      { authorization: 'Bearer break-glass' },
      { authorization: 'Bearer crane_break-glass' },
    ]) {
      const answer = await call(null, 'PATCH', '/api/v1/users/cid', { payload, headers });
      assert.equal(answer.statusCode, 401, answer.body);
    }
    assert.equal(store.users.findByName('cid')?.isDisabled, false);
  });

  it('knows pages of other origins, and who shows a token of their own', async (test) => {
    const { ask } = await opened(test);
    const { status } = await ask({ origin: 'http://evil.example' }, { isDisabled: true });
    assert.equal(status, 403);
    const bobs = await ask({ authorization: 'Bearer crane_bob' }, { isDisabled: true });
    assert.match(bobs.text, /auth\.forbidden/);
    assert.equal((await ask({}, { role: 'admin' })).status, 200);
  });

  it('carries streams and sessions, and ends with the server', async (test) => {
    const { api, crane, store, bob, socketPath } = await opened(test);
    deployedApp(store, bob);
    assert.match((await crane(['break-glass', 'ls', '-q'])).out, /^shop-1$/m);
    assert.match((await crane(['break-glass', 'whoami'])).out, /break-glass +\n|name +break-glass/);
    assert.equal((await crane(['ls', '-q'], { CRANE_URL: `unix:${socketPath}`, CRANE_TOKEN: '' })).code, 0);
    const socket = new WebSocket(`ws+unix:${socketPath}:/api/v1/apps/shop-1/run?service=web`);
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await api.close();
    await closed;
    const gone = await crane(['break-glass', 'ls']);
    assert.equal(gone.code, 6);
    assert.match(gone.err, /No control plane answers at unix:/);
  });
});
