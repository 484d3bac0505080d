import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { checkCompose } from '../actions/plan-deployment.ts';
import type { Store } from '../core/port/store.ts';
import { fakeActionDeps, fakeWorld, type FakeWorld } from '../../test/factories/action-deps.ts';
import { someInstance, someReading } from '../../test/factories/core-values.ts';
import { tempStore, twoUsers } from '../../test/factories/temp-store.ts';
import { deployedApp, problemOf, recordingLog } from '../../test/factories/test-api.ts';
import { createInternalListener } from './internal-listener.ts';

const compose = `
services:
  web: { image: "crane/whoami:1", x-crane: { metrics: { port: 9100, path: "/metrics?all=1" } } }
  db: { image: "crane/whoami:1" }
`;
const address = { 'crane-shop-1-default': '10.9.0.7' };

/** An app whose release 2 declares metrics; an instance of release 1 runs on. */
function inside(test: TestContext): {
  store: Store;
  world: FakeWorld;
  ask: (url: string, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
} {
  const { store } = tempStore(test);
  const app = deployedApp(store, twoUsers(store).bob);
  const { project } = checkCompose({ files: [{ path: 'compose.yaml', text: compose }] }, app.uniqueName);
  const release = { appId: app.id, project, images: {}, restarts: [], createdAt: 1, createdBy: 1 };
  store.apps.update(app.id, { releaseNumber: store.releases.create(release).number }, 1);
  const world = fakeWorld({
    observed: [
      someInstance({ id: 'old', release: 1, addresses: address }),
      someInstance({ id: 'new', release: 2, slot: 3, addresses: address }),
      someInstance({ id: 'db', service: 'db', release: 2, addresses: address }),
      someInstance({ id: 'ended', release: 2, slot: 4, state: 'exited' }),
    ],
  });
  const listener = createInternalListener({
    deps: fakeActionDeps(store, world),
    log: recordingLog().log,
    credential: 'secret',
    address: '10.0.0.1:7071',
    isAllowedPeer: () => true,
  });
  test.after(async () => listener.close());
  return {
    store,
    world,
    ask: async (url, headers = {}) =>
      listener.inject({ url, headers: { authorization: 'Bearer secret', ...headers } }),
  };
}

describe("the apps' own metrics", () => {
  it('are discovered on the listener itself, for running instances of services that declare them', async (test) => {
    const { ask } = inside(test);
    const target = (id: string, instance: string, release: string) => ({
      targets: ['10.0.0.1:7071'],
      labels: {
        __metrics_path__: `/internal/scrape/${id}`,
        app: 'shop-1',
        service: 'web',
        instance,
        release,
      },
    });
    assert.deepEqual((await ask('/internal/discovery')).json(), [
      target('old', 'web-1-1', '1'),
      target('new', 'web-2-3', '2'),
    ]);
  });

  it('are read where the instance was observed, and passed on as they are', async (test) => {
    const { ask, world } = inside(test);
    const type = 'application/openmetrics-text; version=1.0.0';
    const body = Buffer.from('up 1\n# EOF\n');
    world.scrape = { kind: 'answer', status: 200, contentType: type, body };
    const answer = await ask('/internal/scrape/new?port=1', { accept: type, host: 'elsewhere' });
    assert.deepEqual(
      [answer.statusCode, answer.headers['content-type'], answer.body],
      [200, type, 'up 1\n# EOF\n'],
    );
    assert.deepEqual(world.scraped, [
      {
        address: '10.9.0.7',
        port: 9100,
        path: '/metrics?all=1',
        accept: type,
        timeoutMs: 3_000,
        maxBytes: 2_097_152,
      },
    ]);
  });

  it('keep the status of the app, and are plain text when it does not say what they are', async (test) => {
    const { ask, world } = inside(test);
    world.scrape = { kind: 'answer', status: 503, contentType: null, body: Buffer.from('not yet') };
    const answer = await ask('/internal/scrape/new');
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  });

  it('are a 502 when the instance does not answer, or does not run', async (test) => {
    const { ask } = inside(test);
    const answer = await ask('/internal/scrape/new');
    assert.deepEqual([answer.statusCode, answer.body], [502, 'nothing listens\n']);
    const ended = await ask('/internal/scrape/ended');
    assert.deepEqual([ended.statusCode, ended.body], [502, 'the instance is exited\n']);
  });

  it('are not there for what is gone or declares none', async (test) => {
    const { ask, world } = inside(test);
    for (const id of ['gone', 'db', '..%2Fmetrics'])
      problemOf(await ask(`/internal/scrape/${id}`), 404, 'instance.not_found');
    assert.deepEqual(world.scraped, []);
  });
});

describe('what instances use', () => {
  it('is among the metrics, and leaves them with the instance', async (test) => {
    const { ask, world } = inside(test);
    world.usage = { instances: [someReading()], services: [] };
    assert.match((await ask('/metrics')).body, /^crane_instance_cpu_cores\{app="shop-1",.*\} 0\.25$/m);
    world.usage = { instances: [], services: [] };
    assert.doesNotMatch((await ask('/metrics')).body, /^crane_instance_/m);
  });
});
