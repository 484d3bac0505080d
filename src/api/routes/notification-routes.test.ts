import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../../core/error/crane-error.ts';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

const url = '/api/v1/notification-targets';
const slack = { name: 'team', place: { kind: 'slack', url: 'https://hooks.example.com/T/secret-path' } };

describe('notification targets', () => {
  it('are added and listed without their secrets, which are sealed in the database', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const made = await call('bob', 'POST', url, {
      payload: { ...slack, app: 'shop-1', matchers: ['alert=slow*'] },
    });
    assert.equal(made.statusCode, 201, made.body);
    const { target, secret } = made.json();
    assert.equal(secret, null);
    assert.deepEqual(target.settings, { kind: 'slack', origin: 'https://hooks.example.com', channel: null });
    assert.deepEqual([target.app, target.severity, target.matchers], ['shop-1', 'warning', ['alert=slow*']]);
    const listed = await call('bob', 'GET', url);
    assert.doesNotMatch(listed.body, /secret-path/);
    assert.equal(itemsOf(listed).length, 1);
    assert.deepEqual(itemsOf(await call('ada', 'GET', url)), []);
    const sealed = store.notifications.secret(target.id);
    assert.ok(sealed !== null && !sealed.includes('secret-path'));
  });

  it('of a generic webhook have a secret that is shown once', async (test) => {
    const { call } = await testApi(test);
    const payload = { name: 'ci', place: { kind: 'webhook', url: 'https://example.com/x' } };
    const made = (await call('bob', 'POST', url, { payload })).json();
    assert.match(made.secret, /^crane_notify_[\w-]{43}$/);
    assert.doesNotMatch((await call('bob', 'GET', url)).body, /crane_notify_/);
  });

  it('S77 lead a user to no address that could be somebody’s control port; an admin may', async (test) => {
    const { call } = await testApi(test);
    const add = async (who: string, name: string, place: object) =>
      call(who, 'POST', url, { payload: { name, place } });
    const mail = { kind: 'smtp', from: 'a@example.com', to: ['b@example.com'] };
    for (const place of [
      { kind: 'slack', url: 'http://127.0.0.1:9093/x' },
      { kind: 'webhook', url: 'http://10.1.2.3/' },
      { kind: 'webhook', url: 'http://2130706433/' },
      { kind: 'webhook', url: 'http://[::ffff:127.0.0.1]/' },
      { kind: 'webhook', url: 'http://169.254.169.254/latest' },
      { kind: 'webhook', url: 'http://u:p@example.com/' },
      { ...mail, host: 'localhost' },
      { ...mail, host: '192.168.0.9' },
      { ...mail, host: '[fe80::1]' },
    ])
      problemOf(await add('bob', 'x', place), 422, 'target.not_allowed');
    for (const [name, place] of Object.entries({
      a: { kind: 'slack', url: 'http://127.0.0.1:9/x' },
      b: { ...mail, host: '127.0.0.1' },
    }))
      assert.equal((await add('ada', name, place)).statusCode, 201);
    const metadata = { kind: 'webhook', url: 'http://169.254.169.254/' };
    problemOf(await add('ada', 'x', metadata), 422, 'target.not_allowed');
  });

  it('of Alertmanager are an admin’s, and are kept only when it takes them', async (test) => {
    const { call, world, store } = await testApi(test);
    const payload = { name: 'pager', place: { kind: 'pagerduty', routingKey: 'k3y' } };
    problemOf(await call('bob', 'POST', url, { payload }), 403, 'auth.forbidden');
    world.relayError = new CraneError('input.invalid', 'Alertmanager refused the receivers: no.');
    problemOf(await call('ada', 'POST', url, { payload }), 422, 'input.invalid');
    assert.deepEqual(store.notifications.targets(null), []);
    world.relayError = null;
    assert.equal((await call('ada', 'POST', url, { payload })).statusCode, 201);
    assert.deepEqual(world.relayed, [{ name: 'pager', secret: 'k3y' }]);
    assert.equal((await call('ada', 'DELETE', `${url}/pager`)).statusCode, 204);
    assert.deepEqual(world.relayed, []);
  });

  it('are tested, told of and removed by their person only', async (test) => {
    const { call, world } = await testApi(test);
    await call('bob', 'POST', url, { payload: slack });
    problemOf(await call('bob', 'POST', url, { payload: slack }), 409, 'app.conflict');
    assert.deepEqual(bodyOf(await call('bob', 'POST', `${url}/team/test`)), {
      tookMs: 7,
      isHandedOver: false,
    });
    world.testError = 'answered 500';
    const failed = problemOf(await call('bob', 'POST', `${url}/team/test`), 502, 'target.failed');
    assert.match(failed.detail, /answered 500/);
    assert.deepEqual(itemsOf(await call('bob', 'GET', `${url}/team/messages`)), []);
    for (const [method, path] of [
      ['POST', '/team/test'],
      ['GET', '/team/messages'],
      ['DELETE', '/team'],
    ] as const)
      problemOf(await call('ada', method, url + path), 404, 'target.not_found');
    assert.equal((await call('bob', 'DELETE', `${url}/team`)).statusCode, 204);
    problemOf(await call('bob', 'DELETE', `${url}/team`), 404, 'target.not_found');
  });

  it('are refused with the place of each mistake', async (test) => {
    const { call } = await testApi(test);
    for (const payload of [
      {},
      { ...slack, name: 'Bad Name' },
      { ...slack, matchers: ['nonsense'] },
      { ...slack, repeatMs: 5 },
      { ...slack, secret: 'x' },
      { name: 'm', place: { kind: 'smtp', host: 'm.example.com', from: 'no address', to: [] } },
      { name: 'm', place: { kind: 'smtp', host: 'a b', from: 'a@example.com', to: ['b@example.com'] } },
    ]) {
      const problem = problemOf(await call('bob', 'POST', url, { payload }), 422, 'input.invalid');
      assert.ok((problem.errors ?? []).length > 0);
    }
  });
});

describe('the inbox', () => {
  const raise = (store: Awaited<ReturnType<typeof testApi>>['store'], appId: number | null, key: string) =>
    store.notices.raise(
      {
        key,
        kind: 'deployment',
        severity: 'critical',
        state: 'open',
        service: null,
        title: key,
        text: 'text',
        labels: {},
      },
      { appId, app: appId === null ? null : 'shop-1', at: 5, mergeMs: 0 },
    ).notice;

  it('shows what the person may know of, newest first, in pages, and what was read', async (test) => {
    const { call, store, bob } = await testApi(test);
    const app = deployedApp(store, bob);
    raise(store, app.id, 'one');
    raise(store, null, 'two');
    raise(store, app.id, 'three');
    const titles = async (who: string, query = '') =>
      itemsOf(await call(who, 'GET', `/api/v1/inbox${query}`)).map(({ title }) => title);
    assert.deepEqual(await titles('bob'), ['three', 'two', 'one']);
    assert.deepEqual(await titles('cid'), ['two']);
    assert.deepEqual(await titles('ada', '?app=shop-1'), ['three', 'one']);
    problemOf(await call('cid', 'GET', '/api/v1/inbox?app=shop-1'), 404, 'app.not_found');
    const page = (await call('bob', 'GET', '/api/v1/inbox?limit=2')).json();
    assert.deepEqual(await titles('bob', `?limit=2&cursor=${page.nextCursor}`), ['one']);
    const read = await call('bob', 'POST', '/api/v1/inbox/read', { payload: { upTo: 2 } });
    assert.deepEqual(bodyOf(read), { readTo: 2 });
    assert.deepEqual(await titles('bob', '?unread=true'), ['three']);
    assert.deepEqual(bodyOf(await call('bob', 'POST', '/api/v1/inbox/read', { payload: {} })), { readTo: 3 });
    assert.deepEqual(await titles('bob', '?unread=true'), []);
    assert.deepEqual(await titles('cid', '?unread=true'), ['two']);
  });

  it('counts the same condition instead of telling it twice', async (test) => {
    const { call, store } = await testApi(test);
    for (let count = 0; count < 3; count += 1) raise(store, null, 'same');
    store.notices.end('same', 9);
    raise(store, null, 'same');
    assert.deepEqual(
      itemsOf(await call('cid', 'GET', '/api/v1/inbox')).map(({ state, times }) => [state, times]),
      [
        ['open', 1],
        ['over', 3],
      ],
    );
  });
});
