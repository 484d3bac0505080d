import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

describe('groups', () => {
  it('share an app with their members, who do what their role says', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const put = async (url: string, payload?: object) =>
      call('bob', 'PUT', `/api/v1/groups/team${url}`, payload === undefined ? {} : { payload });
    const made = await call('bob', 'POST', '/api/v1/groups', { payload: { name: 'team' } });
    assert.equal(made.statusCode, 201, made.body);
    const app = async (method: 'GET' | 'POST' | 'DELETE', path = '') =>
      call('cid', method, `/api/v1/apps/shop-1${path}`);
    await put('/apps/shop-1');
    problemOf(await app('GET'), 404, 'app.not_found');
    await put('/members/cid', { role: 'viewer' });
    assert.equal((await app('GET')).statusCode, 200);
    assert.equal(itemsOf(await call('cid', 'GET', '/api/v1/apps')).length, 1);
    problemOf(await app('POST', '/stop'), 403, 'auth.forbidden');
    await put('/members/cid', { role: 'operator' });
    assert.equal((await app('POST', '/stop')).statusCode, 202);
    problemOf(await app('DELETE'), 403, 'auth.forbidden');
    const [group] = itemsOf(await call('cid', 'GET', '/api/v1/groups'));
    assert.deepEqual(group?.['apps'], ['shop-1']);
    await call('bob', 'DELETE', '/api/v1/groups/team/members/cid');
    problemOf(await app('GET'), 404, 'app.not_found');
  });

  it('are changed by their owners, left by anybody, and unknown to others', async (test) => {
    const { call } = await testApi(test);
    await call('bob', 'POST', '/api/v1/groups', { payload: { name: 'team' } });
    const member = '/api/v1/groups/team/members/cid';
    const role = { payload: { role: 'owner' } };
    problemOf(await call('cid', 'PUT', member, role), 404, 'group.not_found');
    await call('bob', 'PUT', member, { payload: { role: 'viewer' } });
    problemOf(await call('cid', 'PUT', member, role), 403, 'auth.forbidden');
    problemOf(await call('cid', 'DELETE', '/api/v1/groups/team'), 403, 'auth.forbidden');
    assert.equal((await call('cid', 'DELETE', member)).statusCode, 200);
    assert.equal((await call('bob', 'DELETE', '/api/v1/groups/team')).statusCode, 204);
  });

  it('share only what one owns', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    await call('cid', 'POST', '/api/v1/groups', { payload: { name: 'team' } });
    problemOf(await call('cid', 'PUT', '/api/v1/groups/team/apps/shop-1'), 404, 'app.not_found');
  });
});

describe('a token that is limited', () => {
  it('does its verbs, on its apps, and nothing to the account', async (test) => {
    const { call, api, store, bob } = await testApi(test);
    deployedApp(store, bob);
    deployedApp(store, bob);
    const payload = { name: 'ci', verbs: ['view', 'operate'], apps: ['shop-1'] };
    const made = await call('bob', 'POST', '/api/v1/me/tokens', { payload });
    const { secret, token } = Object(made.json());
    assert.deepEqual([token.verbs, token.apps], [['view', 'operate'], ['shop-1']]);
    const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) =>
      api.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${String(secret)}` },
        ...(body === undefined ? {} : { payload: body }),
      });
    assert.equal((await ask('GET', '/apps/shop-1')).statusCode, 200);
    assert.equal((await ask('POST', '/apps/shop-1/stop')).statusCode, 202);
    problemOf(await ask('GET', '/apps/shop-2'), 404, 'app.not_found');
    assert.equal(itemsOf(await ask('GET', '/apps')).length, 1);
    problemOf(await ask('DELETE', '/apps/shop-1'), 403, 'auth.forbidden');
    problemOf(await ask('POST', '/me/tokens', { name: 'more' }), 403, 'auth.forbidden');
    problemOf(await ask('POST', '/apps', {}), 403, 'auth.forbidden');
    assert.equal(bodyOf(await ask('GET', '/me'))['name'], 'bob');
  });

  it('is made for own apps only', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const payload = { name: 'ci', apps: ['shop-1'] };
    problemOf(await call('cid', 'POST', '/api/v1/me/tokens', { payload }), 404, 'app.not_found');
    problemOf(
      await call('bob', 'POST', '/api/v1/me/tokens', { payload: { name: 'ci', verbs: ['fly'] } }),
      422,
      'input.invalid',
    );
  });
});
