import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';
import { someLoadReport } from '../../../test/factories/core-values.ts';

describe('changes of an app', () => {
  it('set replicas within the bounds', async (test) => {
    const { store, bob, call } = await testApi(test);
    const app = deployedApp(store, bob);
    const scale = async (services: object) =>
      call('bob', 'POST', '/api/v1/apps/shop-1/scale', { payload: { services } });
    const answer = await scale({ web: 3 });
    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal(answer.json().app.services[0].replicas, 3);
    assert.equal(store.targets.get(app.id, 'web')?.replicas, 3);
    store.operations.update(answer.json().operation.id, { status: 'succeeded', endedAt: 1 });
    problemOf(await scale({ web: 9 }), 422, 'input.invalid');
    problemOf(await scale({ db: 1 }), 404, 'service.not_found');
    assert.equal(
      problemOf(await scale({ web: -1 }), 422, 'input.invalid').errors?.[0]?.pointer,
      '/services/web',
    );
    problemOf(await scale({}), 422, 'input.invalid');
  });

  for (const [verb, kind, intent] of [
    ['stop', 'stop', 'stopped'],
    ['start', 'start', 'running'],
    ['restart', 'restart', 'running'],
  ] as const) {
    it(`${verb} is accepted without a body`, async (test) => {
      const { store, bob, call } = await testApi(test);
      const app = deployedApp(store, bob);
      const answer = await call('bob', 'POST', `/api/v1/apps/shop-1/${verb}`);
      assert.equal(answer.statusCode, 202, answer.body);
      assert.equal(answer.json().operation.kind, kind);
      assert.equal(store.apps.find({ kind: 'all' }, app.id)?.intent, intent);
    });
  }

  it('rename is for one revision, for a name that is free, and found by both names', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const tag = (await call('bob', 'GET', '/api/v1/apps/shop-1')).headers['etag'];
    const rename = async (name: unknown, headers: Record<string, string> = {}) =>
      call('bob', 'POST', '/api/v1/apps/shop-1/rename', { payload: { name }, headers });
    store.apps.create({ name: 'blog', ownerId: bob.id, at: 5 });
    problemOf(await rename('blog'), 409, 'app.name_taken');
    assert.equal(problemOf(await rename('A b'), 422, 'input.invalid').errors?.[0]?.pointer, '/name');
    problemOf(await rename(7), 422, 'input.invalid');
    problemOf(
      await call('cid', 'POST', '/api/v1/apps/shop-1/rename', { payload: { name: 'x' } }),
      404,
      'app.not_found',
    );
    const answer = await rename('store', { 'if-match': String(tag) });
    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal(answer.json().app.url, 'http://store-1.localhost:8080');
    assert.equal(answer.json().operation.kind, 'rename');
    problemOf(await rename('other', { 'if-match': String(tag) }), 412, 'app.changed');
    for (const name of ['store-1', 'shop-1'])
      assert.equal(bodyOf(await call('bob', 'GET', `/api/v1/apps/${name}`))['uniqueName'], 'store-1');
  });

  it('restart may name one service', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const restart = async (payload: object) =>
      call('bob', 'POST', '/api/v1/apps/shop-1/restart', { payload });
    problemOf(await restart({ service: 'db' }), 404, 'service.not_found');
    problemOf(await restart({ services: ['web'] }), 422, 'input.invalid');
    const answer = await restart({ service: 'web' });
    assert.deepEqual(store.operations.input(answer.json().operation.id), { services: ['web'] });
  });
});

describe('loads', () => {
  const phases = [{ durationMs: 1_000, fromRate: 10, toRate: 20 }];

  it('are started, and have a report when they are done', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const answer = await call('bob', 'POST', '/api/v1/apps/shop-1/loads', { payload: { phases } });
    assert.equal(answer.statusCode, 202, answer.body);
    const url = `/api/v1/apps/shop-1/loads/${answer.json().id}`;
    const before = bodyOf(await call('bob', 'GET', url));
    assert.equal(before['report'], null);
    store.loads.finish(answer.json().id, someLoadReport());
    assert.deepEqual(bodyOf(await call('bob', 'GET', url))['report'], someLoadReport());
    problemOf(await call('bob', 'GET', '/api/v1/apps/shop-1/loads/load-9'), 404, 'load.not_found');
  });

  it('are bounded, and go to own routes only', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const start = async (payload: object) => call('bob', 'POST', '/api/v1/apps/shop-1/loads', { payload });
    problemOf(
      await start({ phases: [{ durationMs: 1_000, fromRate: 0, toRate: 100_000 }] }),
      422,
      'input.invalid',
    );
    problemOf(await start({ phases, service: 'db' }), 422, 'input.invalid');
    problemOf(await start({ phases, path: 'http://elsewhere/' }), 422, 'input.invalid');
    problemOf(await start({ phases, url: 'http://elsewhere/' }), 422, 'input.invalid');
    problemOf(await start({ phases: [] }), 422, 'input.invalid');
  });
});

describe('operations', () => {
  it('are listed, shown and cancelled', async (test) => {
    const { store, bob, world, call } = await testApi(test);
    deployedApp(store, bob);
    const { operation } = (await call('bob', 'POST', '/api/v1/apps/shop-1/stop')).json();
    assert.deepEqual(itemsOf(await call('bob', 'GET', '/api/v1/apps/shop-1/operations')), [operation]);
    assert.deepEqual((await call('bob', 'GET', `/api/v1/operations/${operation.id}`)).json(), operation);
    const cancelled = await call('bob', 'DELETE', `/api/v1/operations/${operation.id}`);
    assert.equal(cancelled.statusCode, 202);
    assert.deepEqual(world.cancelled, [operation.id]);
    problemOf(await call('bob', 'GET', '/api/v1/operations/op-9'), 404, 'operation.not_found');
  });
});
