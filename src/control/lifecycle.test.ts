import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  containersOf,
  endOf,
  feedOf,
  operationOf,
  recordTimeline,
  startedWorld,
  statesOf,
  theApp,
  webService,
} from '../../test/factories/control-hands.ts';

describe('stopping and starting', () => {
  it('keeps a stopped app stopped: whatever happens, over a restart of Crane too', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 2 });
    assert.equal((await world.hands.stop()).status, 'succeeded');
    world.kill();
    await world.start();
    world.control().nudge(1);
    await world.clock.advance(120_000);
    assert.deepEqual(statesOf(world), []);
    assert.equal(world.control().observed.app(1).state, 'stopped');
    assert.deepEqual(world.rules.rules(), []);
  });

  it('starts with the release and the size of before', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 2 });
    await world.hands.stop();
    assert.equal((await world.hands.begin()).status, 'succeeded');
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1', 'web-1-2']);
    assert.equal(world.rules.rules().length, 1);
    assert.deepEqual(
      feedOf(world, 'app.stopped', 'app.started').map((event) => event.kind),
      ['app.stopped', 'app.started'],
    );
  });

  it('stops what others need after them, and starts it before', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({
      web: webService({ depends_on: { db: { condition: 'service_started' } } }),
      db: { image: 'app:1', restart: 'always' },
    });
    const timeline = recordTimeline(world);
    await world.hands.stop();
    await world.hands.begin();
    assert.deepEqual(
      timeline.map(({ what }) => what).filter((what) => !what.startsWith('routed')),
      [
        'died web-1-1',
        'removed web-1-1',
        'died db-1-1',
        'removed db-1-1',
        'started db-1-1',
        'started web-1-1',
      ],
    );
  });

  it('stops while an instance is still being made', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.controls.addImage({ ref: 'slow:1' });
    world.controls.setLatency(3_000, 'createInstance');
    const up = world.hands.queue.scale({ web: 4 });
    await world.clock.advance(1_000);
    world.control().operations.cancel(up.id);
    await endOf(world, up);
    assert.equal((await world.hands.stop()).status, 'succeeded');
    assert.deepEqual(statesOf(world), []);
    await world.clock.advance(60_000);
    assert.deepEqual(statesOf(world), []);
  });

  it('restarts instance by instance without a gap, and counts as a release', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 2 });
    const counts: number[] = [];
    world.router.onPublish = (_app, _before, now) => counts.push(now.size);
    assert.equal((await world.hands.restart()).status, 'succeeded');
    assert.ok(Math.min(...counts) >= 2, counts.join());
    assert.deepEqual(world.router.backends('shop-1'), ['web-2-1', 'web-2-2']);
    assert.deepEqual([theApp(world)?.releaseNumber, theApp(world)?.stableReleaseNumber], [2, 2]);
    assert.equal(world.store.targets.get(1, 'web')?.replicas, 2);
  });

  it('restarts one service only, when asked', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService(), db: { image: 'app:1', restart: 'always' } });
    await world.hands.restart('db');
    assert.deepEqual(statesOf(world), ['db-2-1 running', 'web-1-1 running']);
  });

  it('goes back to what ran when the restarted instances do not come up', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.controls.behave('app:1', { exits: { code: 1, afterMs: 20 } });
    const operation = await world.hands.restart();
    assert.equal(operation.error?.code, 'deployment.failed');
    await world.clock.until('the new ones are gone', () => statesOf(world).length === 1);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
    assert.equal(theApp(world)?.releaseNumber, 1);
  });
});

describe('deleting', () => {
  const stateful = { top: { volumes: { data: {}, cache: {} } } };
  const services = {
    web: webService({
      volumes: [
        { type: 'volume', source: 'data', target: '/data' },
        { type: 'volume', source: 'cache', target: '/cache' },
      ],
    }),
  };

  it('leaves nothing but the volumes that were not named', async (test) => {
    const world = await startedWorld(test);
    world.controls.addForeignContainer('crane-shop-1-web-9-9');
    world.controls.addForeignVolume('crane-shop-1_theirs');
    await world.hands.deploy(services, stateful);
    assert.equal((await world.hands.remove(['cache'])).status, 'succeeded');
    const { containers, networks, volumes } = world.runtime.engine;
    assert.deepEqual([...containers.values()].map((item) => item.name).sort(), [
      'crane-shop-1-web-9-9',
      'crane-traefik',
    ]);
    assert.deepEqual([...networks.keys()], []);
    assert.deepEqual([...volumes.keys()].sort(), ['crane-shop-1_data', 'crane-shop-1_theirs']);
    assert.equal(theApp(world), null);
    assert.deepEqual(world.router.backends('shop-1'), []);
    assert.deepEqual(world.rules.rules(), []);
    assert.equal(feedOf(world, 'app.deleted').length, 1);
  });

  it('wins over a deployment that is under way, wherever that is', async (test) => {
    for (const afterMs of [0, 3, 50, 500, 1_200]) {
      const world = await startedWorld(test);
      world.controls.setLatency(20);
      await world.hands.deploy({ web: webService() });
      const deployment = world.hands.queue.deploy({ web: webService({ environment: { A: '2' } }) });
      await world.clock.advance(afterMs);
      const deletion = world.hands.queue.remove();
      assert.equal((await endOf(world, deletion)).status, 'succeeded', `${afterMs} ms`);
      const end = await endOf(world, deployment);
      assert.deepEqual([end.status, end.error?.message], ['cancelled', 'The app is being deleted.']);
      await world.clock.advance(60_000);
      assert.deepEqual(containersOf(world), []);
      assert.deepEqual([...world.runtime.engine.networks.keys()], []);
      assert.equal(theApp(world), null);
    }
  });

  it('cannot be cancelled, and waits for an engine that is away', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.controls.goDown();
    const operation = world.hands.queue.remove();
    await world.clock.advance(600_000);
    world.control().operations.cancel(operation.id);
    await world.clock.advance(1_000);
    assert.equal(operationOf(world, operation.id).status, 'running');
    world.controls.comeBack();
    assert.equal((await endOf(world, operation, 60_000)).status, 'succeeded');
    assert.deepEqual([...world.runtime.engine.networks.keys()], []);
  });

  it('is over after a crash in its very end', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.kill();
    await world.start({ kind: 'point', name: 'operation.before-end', nth: 1 });
    const operation = world.hands.queue.remove();
    await world.clock.until('it dies', () => world.life().isDead());
    await world.start();
    assert.equal((await endOf(world, operation)).status, 'succeeded');
    assert.equal(feedOf(world, 'app.deleted').length, 1);
  });

  it('removes also what an engine made for a process that had died', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const { name, create } = containersOf(world)[0] ?? assert.fail('nothing runs');
    await world.hands.remove();
    await world.runtime.createInstance({ name, create, moreNetworks: {}, specHash: 'h' });
    assert.equal(containersOf(world).length, 1);
    await world.clock.until('it is gone', () => containersOf(world).length === 0, 95_000);
  });
});

describe('an app that is being deleted', () => {
  it('does not stay so for ever: where a deletion failed, another goes on, and leaves the volumes', async (test) => {
    const world = await startedWorld(test);
    const top = { volumes: { data: {}, cache: {} } };
    const volumes = ['data', 'cache'].map((source) => ({ type: 'volume', source, target: `/${source}` }));
    await world.hands.deploy({ web: webService({ volumes }) }, { top });
    const at = world.clock.now();
    const order = { id: 'op-lost', kind: 'delete' as const, appId: 1, userId: world.ada.user.id, at };
    world.kill();
    world.store.operations.create({ ...order, input: { volumes: ['cache'] } });
    world.store.operations.update(order.id, { status: 'failed', endedAt: at });
    world.store.apps.update(1, { intent: 'deleted' }, at);
    await world.start();
    await world.clock.advance(65_000);
    assert.equal(theApp(world), null);
    assert.deepEqual([...world.runtime.engine.volumes.keys()], ['crane-shop-1_data', 'crane-shop-1_cache']);
  });
});
