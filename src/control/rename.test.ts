import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployApp } from '../actions/deploy-app.ts';
import { renameApp } from '../actions/rename-app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import {
  alertFor,
  containersOf,
  decisionsOf,
  endOf,
  feedOf,
  measure,
  recordTimeline,
  startedWorld,
  theApp,
  webService,
} from '../../test/factories/control-hands.ts';

const keeping = webService({ volumes: [{ type: 'volume', source: 'data', target: '/data' }] });
const top = { volumes: { data: {} } };

describe('renaming an app', () => {
  it('moves its hosts and nothing else: no instance, network or volume is touched', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: keeping }, { top });
    const before = containersOf(world).map(({ id, name }) => `${id} ${name}`);
    const timeline = recordTimeline(world);
    assert.equal((await world.hands.rename('store')).status, 'succeeded');
    assert.deepEqual(world.router.hosts('shop-1'), ['store-1.localhost', 'web.store-1.localhost'].toSorted());
    await world.clock.advance(60_000);
    assert.deepEqual(
      timeline.map(({ what }) => what),
      [],
    );
    assert.deepEqual(
      containersOf(world).map(({ id, name }) => `${id} ${name}`),
      before,
    );
    assert.deepEqual([...world.runtime.engine.volumes.keys()], ['crane-shop-1_data']);
    const { uniqueName, engineName, name } = theApp(world) ?? {};
    assert.deepEqual(
      { uniqueName, engineName, name },
      { uniqueName: 'store-1', engineName: 'shop-1', name: 'store' },
    );
  });

  it('keeps deployments, rollbacks and data on the same volume, over a restart of Crane', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: keeping }, { top });
    await world.hands.rename('store');
    world.kill();
    await world.start();
    await world.hands.deploy({ web: { ...keeping, environment: { NEW: '1' } } }, { top });
    assert.equal((await world.hands.rollback(1)).status, 'succeeded');
    assert.deepEqual([...world.runtime.engine.volumes.keys()], ['crane-shop-1_data']);
    assert.equal(
      [...world.runtime.engine.networks.keys()].filter((name) => name.startsWith('crane-')).length,
      1,
    );
    assert.deepEqual(world.router.hosts('shop-1'), ['store-1.localhost', 'web.store-1.localhost'].toSorted());
  });

  it('tells what was before under the name of now, and scales by alerts with either name', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.rename('store');
    assert.deepEqual([...new Set(feedOf(world).flatMap(({ app }) => app ?? []))], ['store-1']);
    const [told] = feedOf(world, 'app.renamed');
    assert.deepEqual(told?.data, { from: 'shop-1', to: 'store-1', engineName: 'shop-1' });
    for (const [value, app] of [
      [120, 'shop-1'],
      [170, 'store-1'],
    ] as const) {
      measure(world, 'requestsPerSecond', value);
      alertFor(world, app, { fingerprint: `of ${app}`, startsAt: world.clock.now() });
      await world.clock.advance(10_000);
    }
    const changes = decisionsOf(world, { family: 'scaling' }).filter(({ trigger }) => trigger === 'alert');
    assert.ok(changes.length >= 2, JSON.stringify(world.store.alerts.list({ limit: 9, cursor: null })));
    assert.ok(changes.every(({ app }) => app === 'store-1'));
    assert.equal(world.store.alerts.active('shop-1', 'web').length, 2);
  });

  it('frees the name for another app, whose objects do not clash with those of the first', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: keeping }, { top });
    await world.hands.rename('store');
    const files = [{ path: 'compose.yaml', text: JSON.stringify({ services: { web: keeping }, ...top }) }];
    const { operation } = deployApp(world.actions(), world.ada, { name: 'shop', files });
    const other = await endOf(world, operation);
    assert.equal(other.status, 'succeeded', other.error?.message);
    assert.equal(world.store.apps.find({ kind: 'all' }, 'shop-2')?.engineName, 'shop-2');
    assert.deepEqual([...world.runtime.engine.volumes.keys()].toSorted(), [
      'crane-shop-1_data',
      'crane-shop-2_data',
    ]);
  });

  it('refuses a name that another app of the owner has, one that is none, and hosts that are taken', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const actor = world.ada;
    const codeOf = (name: string): string => {
      try {
        renameApp(world.actions(), actor, { app: 'shop-1', name });
        return 'accepted';
      } catch (error) {
        return error instanceof CraneError ? error.code : 'internal';
      }
    };
    world.store.apps.create({ name: 'blog', ownerId: actor.user.id, at: 0 });
    assert.equal(codeOf('blog'), 'app.name_taken');
    assert.equal(codeOf('No Name'), 'input.invalid');
    assert.equal(theApp(world)?.uniqueName, 'shop-1');
    assert.equal(feedOf(world, 'app.renamed').length, 0);
    assert.equal(codeOf('shop'), 'accepted');
    assert.equal(codeOf('store'), 'app.busy');
  });
});
