import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOpenapiDocument } from '../../tools/openapi-document.ts';
import { readAccessTable } from '../factories/action-deps.ts';
import { someDecision } from '../factories/core-values.ts';
import {
  bodyOf,
  deployedApp,
  itemsOf,
  portOf,
  problemOf,
  testApi,
  type Method,
} from '../factories/test-api.ts';

const { actions } = readAccessTable();
const { paths } = await readOpenapiDocument('1');

/** Routes of this kind, as method and path. */
function routesOf(kinds: RegExp): { method: Method; path: string }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([name, operation]) => {
      const method = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).find(
        (known) => known === name.toUpperCase(),
      );
      const kind = actions[String(operation['operationId'])] ?? '';
      return method === undefined || !kinds.test(kind) ? [] : [{ method, path }];
    }),
  );
}

describe('what belongs to others', () => {
  it("S18 somebody else's app, on every route that has one: as one that never was", async (test) => {
    const { call, store, bob } = await testApi(test);
    const app = deployedApp(store, bob);
    const routes = routesOf(/^app\./).filter(({ path }) => path.includes('{app}'));
    assert.ok(routes.length > 40);
    for (const { method, path } of routes) {
      const url = (ref: string): string => path.replace('{app}', ref).replaceAll(/\{\w+\}/g, '1');
      const others = problemOf(await call('cid', method, url(app.uniqueName)), 404, 'app.not_found');
      const never = problemOf(await call('cid', method, url('shop-9')), 404, 'app.not_found');
      const plain = ({ detail, ...rest }: typeof never) => ({
        ...rest,
        instance: '',
        requestId: '',
        detail: detail.replaceAll(/shop-\d/g, 'X'),
      });
      assert.deepEqual(plain(others), plain(never), `${method} ${path}`);
    }
  });

  it("S19 one's own app with somebody else's release, load, hook, schedule, operation or decision", async (test) => {
    const { call, store, bob, cid } = await testApi(test);
    const [bobs, cids] = [deployedApp(store, bob), deployedApp(store, cid)];
    store.operations.create({
      id: 'op-bob',
      kind: 'deploy',
      appId: bobs.id,
      userId: bob.id,
      at: 1,
      input: null,
    });
    store.decisions.record(someDecision({ id: 'd-bob', appId: bobs.id }));
    const own = `/api/v1/apps/${cids.uniqueName}`;
    for (const [method, url] of [
      ['GET', `${own}/loads/load-1`],
      ['DELETE', `${own}/hooks/hook-1`],
      ['DELETE', `${own}/schedules/1`],
      ['DELETE', `${own}/rules/fast`],
      ['GET', '/api/v1/operations/op-bob'],
      ['DELETE', '/api/v1/operations/op-bob'],
      ['GET', '/api/v1/operations/op-bob/events'],
      ['GET', '/api/v1/decisions/d-bob'],
    ] as const) {
      const answer = await call('cid', method, url);
      assert.equal(answer.statusCode, 404, `${method} ${url} ${answer.body}`);
    }
    assert.equal((await call('bob', 'GET', '/api/v1/operations/op-bob')).statusCode, 200);
  });

  it('S20 logs, usage and commands by the raw id of a container', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const raw = 'f'.repeat(64);
    for (const path of ['logs', 'stats', 'exec', 'files', 'processes'])
      for (const ref of [raw, 'crane-opa', 'crane-shop-1-web-1-1'])
        problemOf(await call('cid', 'GET', `/api/v1/apps/${ref}/${path}`), 404, 'app.not_found');
  });

  it('S21 fields that a client does not own', async (test) => {
    const { call, store, bob } = await testApi(test);
    const app = deployedApp(store, bob);
    for (const field of [
      { role: 'admin' },
      { ownerId: 1 },
      { owner: 'ada' },
      { status: 'running' },
      { policyExempt: true },
    ]) {
      const headers = { 'content-type': 'application/merge-patch+json' };
      const patch = { payload: JSON.stringify(field), headers };
      const answer = await call('bob', 'PATCH', `/api/v1/apps/${app.uniqueName}`, patch);
      problemOf(answer, 422, 'input.invalid');
      const token = await call('bob', 'POST', '/api/v1/me/tokens', { payload: { name: 't', ...field } });
      problemOf(token, 422, 'input.invalid');
    }
    assert.equal(store.users.find(bob.id)?.role, 'user');
  });

  it('S22 a secret that was written is not read back', async (test) => {
    const { call } = await testApi(test);
    const password = 'correct horse battery';
    await call('ada', 'POST', '/api/v1/users', { payload: { name: 'eve', password } });
    const token = bodyOf(await call('bob', 'POST', '/api/v1/me/tokens', { payload: { name: 'ci' } }));
    const users = await call('ada', 'GET', '/api/v1/users');
    const tokens = await call('bob', 'GET', '/api/v1/me/tokens');
    assert.doesNotMatch(users.body, /correct horse|argon2/);
    assert.ok(!tokens.body.includes(String(token['secret'])));
    assert.doesNotMatch(tokens.body, /[0-9a-f]{64}/);
  });

  it('S23 what admins do, asked by a user', async (test) => {
    const { call } = await testApi(test);
    const routes = routesOf(/^people\.|^platform\.manage/);
    assert.ok(routes.length > 10);
    for (const { method, path } of routes)
      problemOf(await call('bob', method, path.replaceAll(/\{\w+\}/g, '1')), 403, 'auth.forbidden');
  });

  it('S24 filters that would widen a list', async (test) => {
    const { call, store, bob, cid } = await testApi(test);
    deployedApp(store, bob);
    const own = deployedApp(store, cid);
    const names = itemsOf(await call('cid', 'GET', '/api/v1/apps')).map(({ uniqueName }) => uniqueName);
    assert.deepEqual(names, [own.uniqueName]);
    for (const query of ['limit=1e9', 'limit=-1', 'cursor=x', 'limit=1&limit=2'])
      problemOf(await call('cid', 'GET', `/api/v1/decisions?${query}`), 422, 'input.invalid');
    for (const query of ['owner=bob', 'sort=password']) {
      const answer = await call('cid', 'GET', `/api/v1/decisions?${query}`);
      assert.ok(answer.statusCode === 422 || itemsOf(answer).length === 0, query);
    }
  });

  it('S25 addresses written in other ways', async (test) => {
    const { api } = await testApi(test);
    await api.listen({ host: '127.0.0.1', port: 0 });
    const base = `http://127.0.0.1:${portOf(api)}`;
    for (const path of [
      '//api/v1/users',
      '/API/v1/users',
      '/api/v1/users;x',
      '/api/v1/users.',
      '/api/v1%2fusers',
      '/api/v1/apps/..%2fusers',
      '/api/v1/me/%2e%2e/users',
      '/healthz/../api/v1/users',
      '/api/v1/users/',
    ]) {
      const answer = await fetch(base + path, { headers: { authorization: 'Bearer crane_bob' } });
      assert.ok([400, 403, 404].includes(answer.status), `${path} ${answer.status}`);
      await answer.text();
    }
    for (const header of ['x-http-method-override', 'x-method-override', 'x-http-method']) {
      const answer = await fetch(`${base}/api/v1/registration`, {
        method: 'GET',
        headers: { [header]: 'PUT' },
      });
      assert.deepEqual(await answer.json(), { mode: 'closed' });
    }
  });

  it('S26 headers of a proxy that is none', async (test) => {
    const { call, world } = await testApi(test);
    const forwarded = (n: number) => ({
      'x-forwarded-for': `10.0.0.${n}`,
      'x-real-ip': `10.0.0.${n}`,
      forwarded: `for=10.0.0.${n}`,
      'x-forwarded-user': 'ada',
      x_forwarded_user: 'ada',
      'x-forwarded-prefix': '/api/v1/users',
      'x-forwarded-host': 'evil.example',
    });
    problemOf(await call(null, 'GET', '/api/v1/me', { headers: forwarded(1) }), 401, 'auth.missing');
    assert.equal(bodyOf(await call('bob', 'GET', '/api/v1/me', { headers: forwarded(2) }))['name'], 'bob');
    const statuses = [];
    for (let n = 0; n < 25; n += 1) {
      const headers = { ...forwarded(n), authorization: 'Bearer crane_wrong' };
      statuses.push((await call(null, 'GET', '/api/v1/me', { headers })).statusCode);
    }
    assert.equal(statuses.at(-1), 429, 'guesses are counted by the address of the connection');
    world.now += 60_000;
    await call('bob', 'POST', '/api/v1/me/tokens', { payload: { name: 't' }, headers: forwarded(3) });
    const [entry] = itemsOf(await call('ada', 'GET', '/api/v1/audit'));
    assert.equal(entry?.['address'], '127.0.0.1');
  });
});
