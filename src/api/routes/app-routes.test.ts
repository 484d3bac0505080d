import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bodyOf,
  composeText,
  deployedApp,
  itemsOf,
  problemOf,
  testApi,
} from '../../../test/factories/test-api.ts';
import { someInstance, someScan } from '../../../test/factories/core-values.ts';

const files = [{ path: 'compose.yaml', text: composeText }];

describe('apps', () => {
  it('are deployed: stored, named, and handed to the workers', async (test) => {
    const { store, bob, world, call } = await testApi(test);
    const payload = { name: 'shop', files, environment: { A: 'b' }, pull: 'never' };
    const answer = await call('bob', 'POST', '/api/v1/apps', { payload });
    assert.equal(answer.statusCode, 202, answer.body);
    const { app, operation, warnings } = answer.json();
    assert.deepEqual(
      [app.uniqueName, app.owner, operation.kind, operation.status],
      ['shop-1', 'bob', 'deploy', 'queued'],
    );
    assert.deepEqual(warnings, []);
    assert.equal(answer.headers['location'], `/api/v1/operations/${operation.id}`);
    assert.equal(store.apps.find({ kind: 'owner', userId: bob.id }, 'shop-1')?.ownerId, bob.id);
    assert.equal(world.wakes.operations, 1);
  });

  it('are brought to the files by their name, where that is asked for and the name is one', async (test) => {
    const { store, bob, ada, call } = await testApi(test);
    deployedApp(store, bob);
    store.apps.create({ name: 'shop', ownerId: ada.id, at: 1 });
    const payload = { name: 'shop', files, isUpdating: true };
    const own = await call('bob', 'POST', '/api/v1/apps', { payload });
    assert.equal(own.statusCode, 202, own.body);
    assert.equal(own.json().app.uniqueName, 'shop-1');
    store.operations.update(own.json().operation.id, { status: 'succeeded', endedAt: 2 });
    // The name may also be the file's.
    const named = [{ path: 'compose.yaml', text: `name: fresh\n${composeText}` }];
    const fresh = await call('bob', 'POST', '/api/v1/apps', { payload: { files: named, isUpdating: true } });
    assert.equal(fresh.json().app.name, 'fresh');
    store.apps.create({ name: 'shop', ownerId: bob.id, at: 1 });
    const several = await call('bob', 'POST', '/api/v1/apps', { payload });
    assert.match(problemOf(several, 422, 'input.invalid').detail ?? '', /shop-1, shop-4/);
  });

  it('are refused with every place that is wrong', async (test) => {
    const { store, call } = await testApi(test);
    const text = 'services:\n  web:\n    image: a\n    nonsense: 1\n    privileged: perhaps\n';
    const payload = { name: 'shop', files: [{ path: 'compose.yaml', text }] };
    for (const url of ['/api/v1/apps', '/api/v1/apps:check']) {
      const problem = problemOf(await call('bob', 'POST', url, { payload }), 422, 'compose.invalid');
      assert.equal(problem.exitCode, 2);
      assert.ok(
        problem.errors?.some(({ place }) => place?.startsWith('compose.yaml:4:')),
        JSON.stringify(problem.errors),
      );
    }
    const badName = await call('bob', 'POST', '/api/v1/apps', { payload: { name: 'Shop!', files } });
    assert.equal(problemOf(badName, 422, 'input.invalid').errors?.[0]?.pointer, '/name');
    assert.deepEqual(store.apps.list({ kind: 'all' }), []);
  });

  it('can be checked without storing anything', async (test) => {
    const { store, call } = await testApi(test);
    const answer = await call('bob', 'POST', '/api/v1/apps:check', { payload: { name: 'shop', files } });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.deepEqual(Object.keys(answer.json().project.services), ['web']);
    assert.deepEqual(store.apps.list({ kind: 'all' }), []);
  });

  it('are listed and shown in the shape that scripts rely on', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const [listed] = itemsOf(await call('bob', 'GET', '/api/v1/apps'));
    const shown = bodyOf(await call('bob', 'GET', '/api/v1/apps/shop-1'));
    assert.deepEqual(listed, shown);
    assert.deepEqual(shown, {
      id: 1,
      name: 'shop',
      uniqueName: 'shop-1',
      engineName: 'shop-1',
      owner: 'bob',
      state: 'running',
      reason: null,
      url: 'http://shop-1.localhost:8080',
      release: 1,
      canary: null,
      paused: null,
      revision: 2,
      createdAt: 5_000,
      services: [
        {
          name: 'web',
          image: 'crane/whoami:1',
          replicas: 2,
          ready: 0,
          min: 1,
          max: 3,
          url: 'http://shop-1.localhost:8080',
          targets: { requestsPerSecond: 50 },
          mode: 'auto',
          modeBy: null,
          override: null,
          window: null,
          networks: ['default'],
          volumes: [],
        },
      ],
    });
  });

  it('are brought to a new release', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const answer = await call('bob', 'POST', '/api/v1/apps/shop-1/deployments', { payload: { files } });
    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal(answer.json().app.id, 1);
    const named = await call('bob', 'POST', '/api/v1/apps/shop-1/deployments', {
      payload: { files, name: 'x' },
    });
    assert.equal(problemOf(named, 422, 'input.invalid').errors?.[0]?.pointer, '/name');
    const busy = await call('bob', 'POST', '/api/v1/apps/shop-1/deployments', { payload: { files } });
    problemOf(busy, 409, 'app.busy');
  });

  it('give their generated compose file', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const answer = await call('bob', 'GET', '/api/v1/apps/shop-1/compose');
    assert.match(String(answer.headers['content-type']), /^text\/yaml/);
    assert.match(answer.body, /image: crane\/whoami:1/);
    store.apps.create({ name: 'empty', ownerId: bob.id, at: 1 });
    problemOf(await call('bob', 'GET', '/api/v1/apps/empty/compose'), 404, 'release.not_found');
  });

  it('are deleted with the volumes that are named', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const answer = await call('bob', 'DELETE', '/api/v1/apps/shop-1?volume=data&volume=logs');
    assert.equal(answer.statusCode, 202, answer.body);
    assert.deepEqual(store.operations.input(answer.json().operation.id), { volumes: ['data', 'logs'] });
    assert.equal(store.apps.find({ kind: 'all' }, 1)?.intent, 'deleted');
  });

  it('show their instances', async (test) => {
    const view = {
      instance: 'web-1-1',
      service: 'web',
      slot: 1,
      state: 'running',
      health: 'ready',
      release: 1,
      startedAt: 6_000,
      restarts: 0,
      isRouted: true,
      containerId: 'c1',
    } as const;
    const { store, bob, call } = await testApi(test, { instances: [view] });
    deployedApp(store, bob);
    assert.deepEqual(itemsOf(await call('bob', 'GET', '/api/v1/apps/shop/instances')), [view]);
  });

  it('give their logs as an array', async (test) => {
    const { store, bob, world, call } = await testApi(test);
    const app = deployedApp(store, bob);
    world.observed = [someInstance({ app: app.uniqueName })];
    world.lines = [
      { instance: 'web-1-1', stream: 'stderr', at: 9, text: 'two' },
      { instance: 'web-1-1', stream: 'stdout', at: 5, text: 'one' },
    ];
    const read = async (query = '') => call('bob', 'GET', `/api/v1/apps/shop-1/logs${query}`);
    assert.deepEqual((await read()).json(), world.lines.toReversed());
    problemOf(await read('?service=db'), 404, 'service.not_found');
    problemOf(await read('?tail=-1'), 422, 'input.invalid');
    problemOf(await read('?service=db&follow=true'), 404, 'service.not_found');
  });

  it('show the scans of their images, also the missing one', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const scanned = async () => itemsOf(await call('bob', 'GET', '/api/v1/apps/shop-1/scans'))[0];
    assert.deepEqual((await scanned())?.['state'], 'not-scanned');
    store.scans.record(someScan());
    const scan = await scanned();
    assert.deepEqual(
      [scan?.['state'], scan?.['service'], scan?.['hasSbom'], scan?.['packages'], scan?.['sbom']],
      ['findings', 'web', true, 12, undefined],
    );
  });
});
