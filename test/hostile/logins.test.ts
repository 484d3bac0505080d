import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setupTokenKey } from '../../src/actions/set-up.ts';
import { createApi } from '../../src/api/create-api.ts';
import { readOpenapiDocument } from '../../tools/openapi-document.ts';
import { fakeActionDeps } from '../factories/action-deps.ts';
import { tempStore } from '../factories/temp-store.ts';
import {
  bodyOf,
  deployedApp,
  portOf,
  problemOf,
  recordingLog,
  testApi,
  type Method,
  type TestApi,
} from '../factories/test-api.ts';

const password = 'correct horse battery';

async function tryLogin({ call }: TestApi, name: string, word: unknown) {
  return call(null, 'POST', '/api/v1/auth/login', { payload: { name, password: word } });
}

async function withPassword(test: TestContext): Promise<TestApi> {
  const made = await testApi(test);
  const { call } = made;
  await call('ada', 'PUT', '/api/v1/users/bob/password', { payload: { password } });
  return made;
}

describe('getting in', () => {
  it('S09 every route without a token, and addresses that are none', async (test) => {
    const { api, call } = await testApi(test);
    const { paths } = await readOpenapiDocument('1');
    for (const [path, item] of Object.entries(paths))
      for (const [name, operation] of Object.entries(item)) {
        if (operation.security?.length === 0) continue;
        const method = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).find(
          (known) => known === name.toUpperCase(),
        );
        assert.ok(method);
        const answer = await call(null, method, path.replaceAll(/\{\w+\}/g, '1'));
        problemOf(answer, 401, 'auth.missing');
      }
    for (const url of ['/api', '/api/v2/apps', '/admin', '/metrics', '/debug', '/internal/alerts', '/.env'])
      assert.equal((await api.inject({ url })).statusCode, 404, url);
  });

  it('S10 setting up again, without the token, and twice at once', async (test) => {
    const { store } = tempStore(test);
    const deps = fakeActionDeps(store);
    store.settings.set(setupTokenKey, deps.hashSecret('once'));
    const api = createApi({ deps, log: recordingLog().log, version: '1' });
    test.after(async () => api.close());
    const setUp = async (name: string, setupToken = 'once') =>
      api.inject({ method: 'POST', url: '/api/v1/setup', payload: { setupToken, name, password } });
    problemOf(await setUp('mallory', 'guess'), 401, 'auth.invalid');
    const both = await Promise.all([setUp('ada'), setUp('eve')]);
    assert.deepEqual(
      both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
      [201, 409],
    );
    problemOf(await setUp('mallory'), 409, 'setup.done');
    assert.equal(store.users.count(), 1);
  });

  it('S11 eleven wrong passwords within a minute; somebody unknown', async (test) => {
    const made = await withPassword(test);
    const known = problemOf(await tryLogin(made, 'bob', 'wrong word here'), 401, 'auth.invalid');
    const unknown = problemOf(await tryLogin(made, 'nobody', 'wrong word here'), 401, 'auth.invalid');
    assert.deepEqual({ ...known, instance: '', requestId: '' }, { ...unknown, instance: '', requestId: '' });
    for (let tries = 2; tries <= 10; tries += 1) await tryLogin(made, 'bob', 'wrong word here');
    const eleventh = await tryLogin(made, 'bob', 'wrong word here');
    problemOf(eleventh, 429, 'auth.rate_limited');
    assert.match(String(eleventh.headers['retry-after']), /^[1-9]\d*$/);
  });

  it('S12 passwords that are empty, a megabyte, or hold a NUL', async (test) => {
    const made = await withPassword(test);
    problemOf(await tryLogin(made, 'bob', ''), 422, 'input.invalid');
    problemOf(await tryLogin(made, 'bob', 'x'.repeat(1_000_000)), 422, 'input.invalid');
    problemOf(await tryLogin(made, 'bob', 'x'.repeat(3_000_000)), 413, 'input.too_large');
    problemOf(await tryLogin(made, 'bob', 'correct\0horse'), 422, 'input.invalid');
    problemOf(await tryLogin(made, 'bob', { length: 12 }), 422, 'input.invalid');
  });

  it('S13 what others ship as a default', async (test) => {
    const made = await withPassword(test);
    for (const [name, word] of [
      ['admin', 'admin'],
      ['admin', 'captain42'],
      ['root', 'root'],
      ['ada', 'admin'],
      ['ada', 'ada'],
    ] as const)
      problemOf(await tryLogin(made, name, word), 401, 'auth.invalid');
  });

  it('S14 changes asked for by a page of another origin, or as plain text', async (test) => {
    const { call } = await testApi(test);
    const post = async (headers: Record<string, string>) =>
      call('bob', 'POST', '/api/v1/me/tokens', { payload: '{"name":"x"}', headers });
    const json = { 'content-type': 'application/json' };
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://'])
      problemOf(await post({ ...json, origin }), 403, 'auth.origin_rejected');
    problemOf(await post({ 'content-type': 'text/plain' }), 415, 'input.media_type');
    problemOf(await post({ 'content-type': 'application/x-www-form-urlencoded' }), 415, 'input.media_type');
  });

  it('S15 a WebSocket for a page of another origin', async (test) => {
    const { api, store, bob } = await testApi(test);
    deployedApp(store, bob);
    await api.listen({ host: '127.0.0.1', port: 0 });
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(portOf(api), '127.0.0.1');
      let text = '';
      socket.setTimeout(10_000, () => reject(new Error('no answer')));
      socket.on('error', reject);
      socket.on('data', (part) => {
        text += String(part);
        if (text.includes('\r\n\r\n')) {
          socket.destroy();
          resolve(text);
        }
      });
      socket.write(
        'GET /api/v1/apps/shop-1/exec?service=web HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n' +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
          'Origin: http://evil.example\r\nAuthorization: Bearer crane_bob\r\n\r\n',
      );
    });
    assert.match(answer, /^HTTP\/1\.1 403 /);
  });

  it('S16 a refresh token that comes twice', async (test) => {
    const { call } = await withPassword(test);
    const grant = async (payload: object) => call(null, 'POST', '/api/v1/auth/token', { payload });
    const first = bodyOf(await grant({ grant: 'password', name: 'bob', password }));
    const refresh = { grant: 'refresh', refreshToken: first['refreshToken'] };
    const second = bodyOf(await grant(refresh));
    problemOf(await grant(refresh), 401, 'auth.invalid');
    const next = { grant: 'refresh', refreshToken: second['refreshToken'] };
    problemOf(await grant(next), 401, 'auth.invalid');
    for (const token of [first['accessToken'], second['accessToken']]) {
      const headers = { authorization: `Bearer ${String(token)}` };
      problemOf(await call(null, 'GET', '/api/v1/me', { headers }), 401, 'auth.invalid');
    }
  });

  it("S17 an invitation that is somebody else's, used up, or guessed", async (test) => {
    const { call } = await testApi(test);
    await call('ada', 'PUT', '/api/v1/registration', { payload: { mode: 'invitation' } });
    const made = bodyOf(await call('ada', 'POST', '/api/v1/invitations', { payload: {} }));
    const register = async (name: string, invitation: unknown) =>
      call(null, 'POST', '/api/v1/registrations', { payload: { name, password, invitation } });
    problemOf(await register('eve', 'crane_invite_guess'), 404, 'route.not_found');
    assert.equal((await register('eve', made['code'])).statusCode, 201);
    problemOf(await register('fay', made['code']), 404, 'route.not_found');
    for (const method of ['GET', 'POST'] satisfies Method[])
      problemOf(
        await call('bob', method, '/api/v1/invitations', method === 'POST' ? { payload: {} } : {}),
        403,
        'auth.forbidden',
      );
  });
});
