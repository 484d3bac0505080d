import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setupTokenKey } from '../../actions/set-up.ts';
import { fakeActionDeps } from '../../../test/factories/action-deps.ts';
import { tempStore } from '../../../test/factories/temp-store.ts';
import { bodyOf, itemsOf, problemOf, recordingLog, testApi } from '../../../test/factories/test-api.ts';
import { createApi } from '../create-api.ts';

describe('setting up', () => {
  it('makes the first admin with the one-time token, once', async (test) => {
    const { store } = tempStore(test);
    const deps = fakeActionDeps(store);
    store.settings.set(setupTokenKey, deps.hashSecret('once'));
    const api = createApi({ deps, log: recordingLog().log, version: '1.2.3' });
    test.after(async () => api.close());
    const setUp = async (setupToken: string) =>
      api.inject({ method: 'POST', url: '/api/v1/setup', payload: { setupToken, name: 'ada' } });
    problemOf(await setUp('wrong'), 401, 'auth.invalid');
    const answer = await setUp('once');
    assert.equal(answer.statusCode, 201, answer.body);
    const { token, user } = answer.json();
    assert.match(token, /^crane_/);
    const me = await api.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual(me.json(), user);
    assert.deepEqual([user.name, user.role, user.isDisabled], ['ada', 'admin', undefined]);
    problemOf(await setUp('once'), 409, 'setup.done');
  });
});

describe('own tokens', () => {
  it('are made, shown without their secret, and revoked', async (test) => {
    const { api, store, ada, call } = await testApi(test);
    const payload = { name: 'ci', expiresInSeconds: 3_600 };
    const made = await call('bob', 'POST', '/api/v1/me/tokens', { payload });
    assert.equal(made.statusCode, 201, made.body);
    const { secret, token } = made.json();
    assert.equal(token.expiresAt, 1_700_000_000_000 + 3_600_000);
    const asNew = async () =>
      api.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${secret}` } });
    assert.equal(bodyOf(await asNew())['name'], 'bob');
    const listed = await call('bob', 'GET', '/api/v1/me/tokens');
    assert.equal(itemsOf(listed).length, 2);
    assert.doesNotMatch(listed.body, new RegExp(String(secret)));
    const [adas] = store.tokens.list(ada.id);
    problemOf(await call('bob', 'DELETE', `/api/v1/me/tokens/${adas?.id}`), 404, 'route.not_found');
    const revoked = await call('bob', 'DELETE', `/api/v1/me/tokens/${token.id}`);
    assert.deepEqual([revoked.statusCode, revoked.body], [204, '']);
    problemOf(await asNew(), 401, 'auth.invalid');
    problemOf(await call('bob', 'DELETE', '/api/v1/me/tokens/x'), 422, 'input.invalid');
  });
});

describe('the platform', () => {
  it('shows its version and parts', async (test) => {
    const part = {
      name: 'opa',
      state: 'down',
      version: null,
      since: 1,
      checkedAt: 2,
      reason: 'refused',
      consequence: 'autoscaling holds',
      url: null,
    } as const;
    const { call } = await testApi(test, { parts: [part] });
    assert.deepEqual((await call('bob', 'GET', '/api/v1/status')).json(), {
      version: '1.2.3',
      startedAt: 1_700_000_000_000,
      parts: [part],
      apps: 0,
      instances: 0,
    });
  });

  it('is alive at once and ready when the loops have looked', async (test) => {
    const { store } = tempStore(test);
    let isReady = false;
    const api = createApi({
      deps: fakeActionDeps(store),
      log: recordingLog().log,
      version: '1',
      isReady: () => isReady,
    });
    test.after(async () => api.close());
    assert.equal((await api.inject('/healthz')).statusCode, 200);
    const early = await api.inject('/readyz');
    problemOf(early, 503, 'part.unavailable');
    assert.equal(early.headers['retry-after'], '1');
    isReady = true;
    assert.equal((await api.inject('/readyz')).statusCode, 200);
  });
});
