import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MemoryContainer } from '../runtime/memory/memory-engine.ts';
import {
  containersOf,
  decisionsOf,
  feedOf,
  startedWorld,
  statesOf,
  webService,
} from '../../test/factories/control-hands.ts';
import type { World } from '../../test/factories/control.ts';

async function deployed(test: Parameters<typeof startedWorld>[0]): ReturnType<typeof startedWorld> {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: webService() });
  await world.hands.scale({ web: 2 });
  return world;
}

const first = (world: World): MemoryContainer => containersOf(world)[0] ?? assert.fail('nothing runs');
const external = (world: World): string[] => feedOf(world, 'instance.external').map((event) => event.text);
const isWhole = (world: World) => (): boolean =>
  world.router.backends('shop-1').length === 2 && statesOf(world).length === 2;

describe('what others do to instances', () => {
  it('removed: it is made again, and told', async (test) => {
    const world = await deployed(test);
    world.controls.removeByHand(first(world).id);
    await world.clock.until('two serve', isWhole(world), 2_000);
    assert.deepEqual(external(world), ['web-1-1 was removed from outside']);
    assert.deepEqual(decisionsOf(world, { family: 'healing' }), []);
  });

  it('stopped: it is started anew, and told that somebody stopped it', async (test) => {
    const world = await deployed(test);
    await world.runtime.stopInstance(first(world).id, null);
    await world.clock.until('two serve', isWhole(world), 2_000);
    assert.deepEqual(external(world), ['web-1-1 was stopped from outside (exit code 0)']);
  });

  it('restarted: it counts as ready only when it answers again', async (test) => {
    const world = await deployed(test);
    const { id } = first(world);
    world.controls.setLatency(50, 'observeInstances');
    await world.clock.advance(100);
    world.runtime.engine.listeners.add((told) => {
      if (told?.event.kind === 'started')
        for (const ip of told.container.networks.values()) world.silent.add(ip);
    });
    world.controls.exit(id, 0);
    await world.runtime.startInstance(id);
    await world.clock.advance(2_000);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-2']);
    world.silent.clear();
    await world.clock.until('two serve', isWhole(world), 2_000);
  });

  for (const [what, change] of [
    ['renamed', (world: World) => world.controls.renameByHand(first(world).id, 'mine')],
    ['paused', (world: World) => world.controls.pauseByHand(first(world).id)],
    [
      'disconnected',
      (world: World) => world.controls.disconnectByHand(first(world).id, 'crane-shop-1_default'),
    ],
  ] as const)
    it(`${what}: it is replaced, the new one first`, async (test) => {
      const world = await deployed(test);
      const { id } = first(world);
      const counts: number[] = [];
      world.router.onPublish = (_app, _before, now) => counts.push(now.size);
      change(world);
      await world.clock.until(
        'it is replaced',
        () => !containersOf(world).some((item) => item.id === id),
        10_000,
      );
      await world.clock.until('two serve', isWhole(world), 2_000);
      assert.ok(Math.min(...counts) >= (what === 'renamed' ? 2 : 1));
      assert.match(external(world).at(-1) ?? '', new RegExp(`web-1-1 was ${what} from outside`));
    });

  it('a container of a like name that is not ours: left alone, and said', async (test) => {
    const world = await startedWorld(test, { deployTimeoutMs: 10_000 });
    const foreign = world.controls.addForeignContainer('crane-shop-1-web-1-1');
    const operation = await world.hands.deploy({ web: webService() });
    assert.equal(operation.error?.code, 'engine.conflict');
    assert.equal(world.runtime.engine.containers.get(foreign)?.state, 'running');
  });

  it('a network that was removed: it is made again', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.stop();
    world.runtime.engine.networks.clear();
    await world.hands.begin();
    assert.ok(world.runtime.engine.networks.has('crane-shop-1_default'));
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
  });

  it('a router that was made anew: it joins the networks again', async (test) => {
    const world = await deployed(test);
    const router = [...world.runtime.engine.containers.values()].find(
      (item) => item.name === 'crane-traefik',
    );
    assert.ok(router !== undefined && router.networks.has('crane-shop-1_default'));
    router.networks.clear();
    await world.clock.until('it is back', () => router.networks.has('crane-shop-1_default'), 310_000);
  });
});
