import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  containersOf,
  feedOf,
  type handsOf,
  labelOf,
  startedWorld,
  theApp,
  webService,
} from '../../test/factories/control-hands.ts';
import type { World } from '../../test/factories/control.ts';

const four = (version: string) => ({
  web: webService({
    environment: { VERSION: version },
    deploy: { replicas: 4 },
    'x-crane': { route: 8000 },
  }),
});

type Tried = World & { hands: ReturnType<typeof handsOf> };

/** Release 1 with four instances, and release 2 beside it with a quarter of the requests. */
async function triedWorld(test: TestContext): Promise<Tried> {
  const world = await startedWorld(test);
  await world.hands.deploy(four('1'));
  const tried = await world.hands.canary(four('2'), 25);
  assert.deepEqual([tried.status, tried.error], ['succeeded', null]);
  return world;
}

/** `1111 2`: releases behind the app's route, its own and the canary's. */
const routed = (world: World): string =>
  Map.groupBy(
    world.router.backends('shop-1').map((label) => label.split('-')[1]),
    (release) => release,
  )
    .values()
    .map((group) => group.join(''))
    .toArray()
    .sort()
    .join(' ');

describe('a canary', () => {
  it('serves beside the own release, which stays what the app runs', async (test) => {
    const world = await triedWorld(test);
    assert.equal(routed(world), '1111 2');
    const app = theApp(world);
    assert.deepEqual([app?.releaseNumber, app?.stableReleaseNumber], [1, 1]);
    assert.deepEqual(world.store.canaries.find(1), { release: 2, weight: 25 });
    assert.equal(world.control().observed.app(1).state, 'running');
  });

  it('keeps its share and its instances over a crash of Crane', async (test) => {
    const world = await triedWorld(test);
    const before = containersOf(world).map(({ id }) => id);
    world.kill();
    await world.start();
    await world.clock.advance(70_000);
    assert.deepEqual(
      containersOf(world).map(({ id }) => id),
      before,
    );
    assert.deepEqual(world.store.canaries.find(1), { release: 2, weight: 25 });
    assert.equal(routed(world), '1111 2');
  });

  it('whose start a crash cut short goes on, and is there once', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(four('1'));
    world.controls.setLatency(200, 'createInstance');
    const tried = world.hands.queue.canary(four('2'), 50);
    await world.clock.until('one is being made', () => containersOf(world).length > 4);
    world.kill();
    await world.start();
    await world.clock.until('it is over', () => {
      const operation = world.store.operations.find({ kind: 'all' }, tried.id);
      return operation?.status === 'succeeded';
    });
    assert.equal(routed(world), '1111 22');
    assert.equal(containersOf(world).length, 6);
  });

  it('has as many instances as its share is of the service', async (test) => {
    const world = await triedWorld(test);
    for (const [weight, want] of [
      [75, '1111 222'],
      [1, '1111 2'],
      [100, '1111 2222'],
    ] as const) {
      assert.equal((await world.hands.weigh(weight)).status, 'succeeded');
      await world.clock.advance(5_000);
      assert.equal(routed(world), want, `${weight} %`);
    }
  });

  it('grows and shrinks with its service', async (test) => {
    const world = await triedWorld(test);
    await world.hands.weigh(50);
    assert.equal((await world.hands.scale({ web: 8 })).status, 'succeeded');
    assert.equal(routed(world), '11111111 2222');
    assert.equal((await world.hands.scale({ web: 2 })).status, 'succeeded');
    await world.clock.advance(5_000);
    assert.equal(routed(world), '11 2');
  });

  it('that is promoted becomes the own release, and its instances stay', async (test) => {
    const world = await triedWorld(test);
    const tried = containersOf(world).filter(({ labels }) => labels['crane.release'] === '2');
    const counts: number[] = [];
    world.router.onPublish = (_app, _before, now) => counts.push(now.size);
    assert.equal((await world.hands.promote()).status, 'succeeded');
    await world.clock.advance(5_000);
    assert.equal(world.store.canaries.find(1), null);
    assert.equal(world.router.backends('shop-1').length, 4);
    assert.ok(Math.min(...counts) >= 4, counts.join());
    const left = containersOf(world);
    assert.ok(tried.every(({ id }) => left.some((item) => item.id === id)));
    assert.ok(left.every(({ labels }) => labels['crane.release'] !== '1'));
  });

  it('that is promoted over a crash of Crane is promoted once', async (test) => {
    const world = await triedWorld(test);
    const promotion = world.hands.queue.promote();
    await world.clock.until('the first new one is made', () => containersOf(world).length > 5);
    world.kill();
    await world.start();
    await world.clock.until(
      'it is over',
      () => world.store.operations.find({ kind: 'all' }, promotion.id)?.status === 'succeeded',
    );
    await world.clock.advance(5_000);
    assert.equal(containersOf(world).length, 4);
    assert.equal(theApp(world)?.stableReleaseNumber, theApp(world)?.releaseNumber);
  });

  it('that is aborted goes, over a crash of Crane too, and the own release serves alone', async (test) => {
    const world = await triedWorld(test);
    const before = containersOf(world)
      .filter(({ labels }) => labels['crane.release'] === '1')
      .map(({ id }) => id);
    world.hands.queue.abort();
    world.kill();
    await world.start();
    await world.clock.until('it is gone', () => containersOf(world).length === 4);
    assert.deepEqual(
      containersOf(world).map(({ id }) => id),
      before,
    );
    assert.equal(routed(world), '1111');
  });

  it('makes way for a rollback, which ends the trial', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(four('1'));
    await world.hands.deploy(four('2'));
    await world.hands.canary(four('3'), 50);
    assert.equal(routed(world), '2222 33');
    assert.equal((await world.hands.rollback(1)).status, 'succeeded');
    await world.clock.advance(5_000);
    assert.equal(world.store.canaries.find(1), null);
    assert.equal(containersOf(world).length, 4);
    const release = world.store.releases.find(1, theApp(world)?.releaseNumber ?? 0);
    assert.equal(release?.project.services['web']?.environment?.['VERSION'], '1');
  });

  it('that crashes fails its own deployment and nothing else', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(four('1'));
    world.controls.addImage({ ref: 'crash:1', behaviour: { exits: { code: 3, afterMs: 50 } } });
    const bad = { web: webService({ image: 'crash:1', 'x-crane': { route: 8000 } }) };
    const tried = await world.hands.canary(bad, 50);
    assert.equal(tried.error?.code, 'deployment.failed');
    await world.clock.until('it is gone', () => containersOf(world).length === 4);
    assert.equal(routed(world), '1111');
    assert.equal(world.store.canaries.find(1), null);
    assert.equal(feedOf(world, 'deployment.failed').length, 1);
  });

  it('whose instance dies later is healed, and not by the own release', async (test) => {
    const world = await triedWorld(test);
    const victim = containersOf(world).find(({ labels }) => labels['crane.release'] === '2');
    world.controls.exit(victim?.id ?? '', 1);
    await world.clock.advance(10_000);
    assert.equal(routed(world), '1111 2');
    assert.deepEqual(containersOf(world).map(labelOf).sort(), [
      'web-1-1',
      'web-1-2',
      'web-1-3',
      'web-1-4',
      'web-2-1',
    ]);
  });

  it('with nothing that differs is refused, and an app without one has nothing to promote', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(four('1'));
    assert.throws(() => world.hands.queue.promote(), /has no canary/);
    const same = await world.hands.canary(four('1'), 50);
    assert.equal(same.error?.code, 'app.conflict');
    assert.equal(world.store.canaries.find(1), null);
  });

  it('stands on networks and volumes that only its release has, which go with it', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(four('1'));
    const web = { ...four('2').web, networks: ['front'], volumes: ['cache:/cache'] };
    const top = { networks: { front: { driver_opts: { a: 'b' } } }, volumes: { cache: {} } };
    const tried = await world.hands.canary({ web }, 25, { top });
    assert.deepEqual([tried.status, tried.error], ['succeeded', null]);
    const { networks, volumes } = world.runtime.engine;
    assert.equal(networks.get('crane-shop-1_front')?.labels['com.docker.compose.network'], 'front');
    assert.equal(volumes.get('crane-shop-1_cache')?.labels['com.docker.compose.volume'], 'cache');
    assert.equal(routed(world), '1111 2');
    await world.hands.abort();
    await world.clock.until('its network is gone', () => !networks.has('crane-shop-1_front'));
    assert.ok(volumes.has('crane-shop-1_cache'));
    assert.equal(routed(world), '1111');
  });
});
