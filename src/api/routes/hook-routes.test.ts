import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';
import { signBody, signatureWindowMs } from '../signature.ts';

async function withHook(test: TestContext, given: object = {}) {
  const made = await testApi(test);
  const { call } = made;
  const app = deployedApp(made.store, made.bob);
  const answer = await call('bob', 'POST', '/api/v1/apps/shop-1/hooks', { payload: given });
  assert.equal(answer.statusCode, 201, answer.body);
  const { hook, path, secret } = answer.json();
  const signed = async (body: object, change: { seconds?: number; secret?: string; text?: string } = {}) => {
    const payload = JSON.stringify(body);
    const { seconds = Math.floor(made.world.now / 1000), secret: key = secret, text = payload } = change;
    const headers = { 'content-type': 'application/json', 'x-crane-signature': signBody(key, seconds, text) };
    return call(null, 'POST', path, { payload, headers });
  };
  const withSecret = async (body: object, bearer: string = secret) =>
    call(null, 'POST', path, { payload: body, headers: { authorization: `Bearer ${bearer}` } });
  return { ...made, app, hook, path: String(path), secret: String(secret), signed, withSecret };
}

describe('a deploy hook', () => {
  it('is made, listed without its secret, and removed', async (test) => {
    const { call, hook, secret, withSecret } = await withHook(test, { name: 'ci', service: 'web' });
    assert.match(secret, /^crane_hook_[\w-]{43}$/);
    const listed = await call('bob', 'GET', '/api/v1/apps/shop-1/hooks');
    assert.deepEqual(itemsOf(listed), [hook]);
    assert.doesNotMatch(listed.body, /crane_hook/);
    for (const [who, status, code] of [
      ['cid', 404, 'app.not_found'],
      ['ada', 204, null],
      ['ada', 404, 'route.not_found'],
    ] as const) {
      const answer = await call(who, 'DELETE', `/api/v1/apps/shop-1/hooks/${hook.id}`);
      if (code === null) assert.equal(answer.statusCode, status);
      else problemOf(answer, status, code);
    }
    problemOf(await withSecret({ tag: '2' }), 401, 'auth.invalid');
  });

  it('brings a new image to a service, and the event says who', async (test) => {
    const { signed, store, hook, call } = await withHook(test, { name: 'ci' });
    const answer = await signed({ tag: '2' });
    assert.equal(answer.statusCode, 202, answer.body);
    const { operation, changes } = answer.json();
    assert.equal(changes.services[0].because[0].to, 'crane/whoami:2');
    const event = store.feed.since({ kind: 'all' }, 0, 100).find(({ kind }) => kind === 'hook.called');
    assert.equal(event?.text, 'web: crane/whoami:2 asked for by deploy hook ci of bob');
    assert.equal(event?.data['operation'], operation.id);
    const [used] = itemsOf(await call('bob', 'GET', '/api/v1/apps/shop-1/hooks'));
    assert.deepEqual([used?.['id'], used?.['lastUsedAt']], [hook.id, 1_700_000_000_000]);
    problemOf(await signed({ tag: '3' }), 409, 'app.busy');
  });

  it('has one effect for one signature', async (test) => {
    const { signed, store } = await withHook(test);
    const answers = await Promise.all([signed({ tag: '2' }), signed({ tag: '2' }), signed({ tag: '2' })]);
    assert.equal(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size, 1);
    assert.equal(store.operations.listOpen().length, 1);
  });

  it('looks for the tag again where the name stays, and does nothing for what runs', async (test) => {
    const { signed, store } = await withHook(test);
    const answer = await signed({});
    assert.equal(bodyOf(answer)['operation'] === null, false);
    const id = store.operations.listOpen()[0]?.id ?? '';
    assert.equal(Object(store.operations.input(id)).pull, 'always');
  });

  it('takes the secret itself too, as its bearer', async (test) => {
    const { withSecret } = await withHook(test);
    problemOf(await withSecret({ tag: '2' }, 'crane_bob'), 401, 'auth.invalid');
    assert.equal((await withSecret({ image: 'crane/whoami:9' })).statusCode, 202);
  });

  it('refuses what is not signed, or not by it, or not this, or not now', async (test) => {
    const { signed, call, path, world, store } = await withHook(test);
    const now = Math.floor(world.now / 1000);
    problemOf(await call(null, 'POST', path, { payload: {} }), 401, 'auth.missing');
    problemOf(await signed({ tag: '2' }, { secret: 'other' }), 401, 'auth.invalid');
    problemOf(await signed({ tag: '2' }, { text: '{"tag":"3"}' }), 401, 'auth.invalid');
    for (const seconds of [now - signatureWindowMs / 1000 - 1, now + signatureWindowMs / 1000 + 1])
      problemOf(await signed({ tag: '2' }, { seconds }), 401, 'auth.invalid');
    for (const header of ['', 't=1', `t=${now},v1=`, `v1=${'0'.repeat(64)},t=${now}`])
      problemOf(
        await call(null, 'POST', path, { payload: {}, headers: { 'x-crane-signature': header } }),
        401,
        'auth.invalid',
      );
    assert.deepEqual(store.operations.listOpen(), []);
  });

  it('that there is not is refused like a wrong secret; its secret opens nothing else', async (test) => {
    const { api, call, secret } = await withHook(test);
    const bearer = { authorization: `Bearer ${secret}` };
    const gone = await api.inject({
      method: 'POST',
      url: '/api/v1/hooks/hook-none',
      payload: {},
      headers: bearer,
    });
    const wrong = problemOf(gone, 401, 'auth.invalid');
    assert.equal(wrong.detail, 'The token is wrong, expired or revoked.');
    for (const url of ['/api/v1/apps', '/api/v1/me'])
      problemOf(await call(null, 'GET', url, { headers: bearer }), 401, 'auth.invalid');
  });

  it('is for its service and its image only', async (test) => {
    const { withSecret, call } = await withHook(test, { service: 'web' });
    problemOf(await withSecret({ service: 'db', tag: '2' }), 403, 'auth.forbidden');
    problemOf(await withSecret({ image: 'evil:1' }), 403, 'auth.forbidden');
    problemOf(await withSecret({ image: 'crane/whoami:2', tag: '2' }), 422, 'input.invalid');
    for (const body of [{ tag: '../2' }, { digest: 'sha256:1' }, { command: 'sh' }])
      problemOf(await withSecret(body), 422, 'input.invalid');
    const any = await call('bob', 'POST', '/api/v1/apps/shop-1/hooks', { payload: { isAnyImage: true } });
    const { path, secret } = any.json();
    const other = { payload: { image: 'other:1' }, headers: { authorization: `Bearer ${secret}` } };
    assert.equal((await call(null, 'POST', path, other)).statusCode, 202);
  });
});
