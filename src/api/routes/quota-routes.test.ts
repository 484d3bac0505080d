import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import {
  bodyOf,
  composeText,
  deployedApp,
  itemsOf,
  problemOf,
  testApi,
  type TestApi,
} from '../../../test/factories/test-api.ts';

const deploy = async ({ call }: TestApi, who: string, name: string): Promise<LightMyRequestResponse> =>
  call(who, 'POST', '/api/v1/apps', {
    payload: { name, files: [{ path: 'compose.yaml', text: composeText }] },
  });

const limit = async ({ call }: TestApi, name: string, payload: object): Promise<LightMyRequestResponse> =>
  call('ada', 'PUT', `/api/v1/users/${name}/quota`, { payload });

/** Nothing is under way any more. */
function settle({ store }: TestApi): void {
  for (const { id } of store.operations.listOpen())
    store.operations.update(id, { status: 'succeeded', endedAt: 1 });
}

describe('quotas', () => {
  it('are of everybody until a person has their own; admins have none', async (test) => {
    const made = await testApi(test);
    const { call } = made;
    assert.deepEqual(bodyOf(await call('ada', 'GET', '/api/v1/me/quota'))['quota'], {
      apps: null,
      instances: null,
      cpus: null,
      memoryBytes: null,
      ports: null,
      volumes: null,
    });
    await call('ada', 'PATCH', '/api/v1/quota', { payload: { apps: 2, cpus: 1.5 } });
    assert.equal((await limit(made, 'bob', { apps: 7 })).statusCode, 200);
    const bobs = (await call('bob', 'GET', '/api/v1/me/quota')).json();
    assert.deepEqual([bobs.quota.apps, bobs.quota.cpus, bobs.own], [7, 1.5, { apps: 7 }]);
    assert.equal((await call('cid', 'GET', '/api/v1/me/quota')).json().quota.apps, 2);
    await limit(made, 'bob', {});
    assert.equal((await call('ada', 'GET', '/api/v1/users/bob/quota')).json().quota.apps, 2);
    const listed = itemsOf(await call('ada', 'GET', '/api/v1/users'));
    assert.equal(JSON.stringify(listed).includes('"quota"'), true);
  });

  it('are for admins to set, and are numbers', async (test) => {
    const made = await testApi(test);
    const { call } = made;
    for (const url of ['/api/v1/quota', '/api/v1/users/bob/quota'])
      problemOf(await call('bob', 'GET', url), 403, 'auth.forbidden');
    problemOf(await call('bob', 'PUT', '/api/v1/users/bob/quota', { payload: {} }), 403, 'auth.forbidden');
    problemOf(await call('bob', 'PATCH', '/api/v1/quota', { payload: { apps: 9 } }), 403, 'auth.forbidden');
    for (const payload of [{ apps: -1 }, { apps: 1.5 }, { apps: '5' }, { disk: 1 }, { cpus: 1e300 }])
      problemOf(await limit(made, 'bob', payload), 422, 'input.invalid');
    problemOf(await limit(made, 'nobody', { apps: 1 }), 404, 'user.not_found');
  });

  it('refuse one app too many, and name the quota, what is used and what is wanted', async (test) => {
    const made = await testApi(test);
    await limit(made, 'bob', { apps: 2 });
    deployedApp(made.store, made.bob);
    assert.equal((await deploy(made, 'bob', 'one')).statusCode, 202);
    const problem = problemOf(await deploy(made, 'bob', 'two'), 403, 'quota.exceeded');
    assert.equal(problem.type, '/problems/quota-exceeded');
    assert.equal(problem.detail, 'The quota is 2 apps at most (used 2 apps, wanted 3 apps).');
    assert.equal(problem.errors?.[0]?.pointer, '/quota/apps');
    assert.equal(made.store.apps.list({ kind: 'owner', userId: made.bob.id }).length, 2);
    assert.equal((await deploy(made, 'ada', 'two')).statusCode, 202);
  });

  it('S88 of many deployments at once accept those that fit', async (test) => {
    const made = await testApi(test);
    await limit(made, 'bob', { apps: 5 });
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => deploy(made, 'bob', `a${at}`)),
    );
    const statuses = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
    assert.deepEqual(statuses, [
      ...Array.from({ length: 5 }, () => 202),
      ...Array.from({ length: 35 }, () => 403),
    ]);
  });

  it('S49 bound a scale, and a start', async (test) => {
    const made = await testApi(test);
    const { call, store, bob } = made;
    deployedApp(store, bob);
    await limit(made, 'bob', { instances: 2 });
    const scale = async (web: unknown): Promise<LightMyRequestResponse> =>
      call('bob', 'POST', '/api/v1/apps/shop-1/scale', { payload: { services: { web } } });
    for (const wrong of [-1, 1.5, '3', 1e9]) problemOf(await scale(wrong), 422, 'input.invalid');
    const problem = problemOf(await scale(3), 403, 'quota.exceeded');
    assert.match(problem.detail, /2 instances at most \(used 2 instances, wanted 3 instances\)/);
    assert.equal(store.targets.get(1, 'web')?.replicas, 2);
    await limit(made, 'bob', { instances: 1 });
    assert.equal((await scale(1)).statusCode, 202, 'less is always allowed');
    settle(made);
    assert.equal((await call('bob', 'POST', '/api/v1/apps/shop-1/stop')).statusCode, 202);
    settle(made);
    await limit(made, 'bob', { instances: 0 });
    problemOf(await call('bob', 'POST', '/api/v1/apps/shop-1/start'), 403, 'quota.exceeded');
    assert.equal(store.apps.find({ kind: 'all' }, 1)?.intent, 'stopped');
  });

  it('bound clones, imports and what other people do with an app of theirs', async (test) => {
    const made = await testApi(test);
    const { call, store, bob } = made;
    deployedApp(store, bob);
    await limit(made, 'bob', { apps: 1, instances: 2 });
    problemOf(await call('bob', 'POST', '/api/v1/apps/shop-1/clone', { payload: {} }), 403, 'quota.exceeded');
    const payload = { services: { web: 3 } };
    problemOf(await call('ada', 'POST', '/api/v1/apps/shop-1/scale', { payload }), 403, 'quota.exceeded');
    // It is the clone of whoever clones.
    assert.equal((await call('ada', 'POST', '/api/v1/apps/shop-1/clone', { payload: {} })).statusCode, 202);
  });
});
