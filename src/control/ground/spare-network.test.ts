import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startedWorld, statesOf, theApp, webService } from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

const networksOf = (world: World): string[] => [...world.runtime.engine.networks.keys()].sort();
const router = (world: World): string[] =>
  [...world.runtime.engine.containers.values()].flatMap(({ name, networks }) =>
    name === 'crane-traefik' ? [...networks.keys()].sort() : [],
  );
/** The one that is ready, and nobody's. */
async function readySpare(world: World, taken: readonly (string | null | undefined)[] = []): Promise<string> {
  const find = (): string | undefined =>
    router(world).find((name) => name.startsWith('crane-net-') && !taken.includes(name));
  await world.clock.until('one is ready', () => find() !== undefined);
  return find() ?? '';
}

describe('a network made ahead', () => {
  it('becomes the default one of the next new app, and another one is made', async (test) => {
    const world = await startedWorld(test, { hasSpareNetwork: true });
    const spare = await readySpare(world);
    assert.equal((await world.hands.deploy({ web: webService() })).status, 'succeeded');
    assert.equal(theApp(world)?.defaultNetwork, spare);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
    const next = await readySpare(world, [spare]);
    assert.deepEqual(networksOf(world), [spare, next].sort());
  });

  it('is left for another app by one whose file wants something of its default network', async (test) => {
    const world = await startedWorld(test, { hasSpareNetwork: true });
    const spare = await readySpare(world);
    const top = { networks: { default: { internal: true } } };
    await world.hands.deploy({ web: webService() }, { top });
    assert.equal(theApp(world)?.defaultNetwork, null);
    assert.deepEqual(networksOf(world), [spare, 'crane-shop-1_default'].sort());
  });

  it('that an app took is given up for one named after the app when its file wants something of it', async (test) => {
    const world = await startedWorld(test, { hasSpareNetwork: true });
    const spare = await readySpare(world);
    await world.hands.deploy({ web: webService() });
    const top = { networks: { default: { driver_opts: { 'com.docker.network.bridge.name': 'shop0' } } } };
    assert.equal((await world.hands.deploy({ web: webService() }, { top })).status, 'succeeded');
    await world.clock.until('the old one is gone', () => !networksOf(world).includes(spare));
    assert.ok(networksOf(world).includes('crane-shop-1_default'));
    assert.deepEqual(statesOf(world), ['web-2-1 running']);
  });

  it('is not taken over by the next process, which leaves that of the app alone', async (test) => {
    const world = await startedWorld(test, { hasSpareNetwork: true });
    const taken = await readySpare(world);
    await world.hands.deploy({ web: webService() });
    const left = await readySpare(world, [taken]);
    world.kill();
    await world.start();
    const fresh = await readySpare(world, [taken, left]);
    await world.clock.until('the left one is gone', () => !networksOf(world).includes(left));
    assert.deepEqual(networksOf(world), [taken, fresh].sort());
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
  });

  it('goes with its app', async (test) => {
    const world = await startedWorld(test, { hasSpareNetwork: true });
    const spare = await readySpare(world);
    await world.hands.deploy({ web: webService() });
    await world.hands.remove();
    assert.ok(!networksOf(world).includes(spare));
  });

  it('goes with an app that did not come to be', async (test) => {
    const world = await startedWorld(test, { hasSpareNetwork: true });
    const spare = await readySpare(world);
    await world.hands.deploy({ web: webService({ image: 'nowhere:1' }) });
    assert.equal(theApp(world), null);
    await world.clock.until('it is gone', () => !networksOf(world).includes(spare));
  });

  it('is given up when an app would go without addresses', async (test) => {
    // Beside the platform's own network, room for one.
    const world = await startedWorld(test, { hasSpareNetwork: true, subnetRange: '10.213.0.0/23' });
    await readySpare(world);
    const top = { networks: Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, {}])) };
    const web = webService({ networks: ['a', 'b', 'c', 'd'] });
    assert.equal((await world.hands.deploy({ web }, { top })).status, 'succeeded');
    assert.deepEqual(
      networksOf(world),
      ['a', 'b', 'c', 'd'].map((name) => `crane-shop-1_${name}`),
    );
  });
});
