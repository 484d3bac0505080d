import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startedWorld, statesOf, webService } from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

const back = 'crane-shop-1_back';
const top = { networks: { back: {} } };
const withBack = { web: webService({ networks: ['default', 'back'] }) };

function isThere(world: World): boolean {
  return world.runtime.engine.networks.has(back);
}

describe('a network that a new release has no use for', () => {
  it('goes with the last instance that stood on it', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(withBack, { top });
    assert.ok(isThere(world));
    assert.equal((await world.hands.deploy({ web: webService() })).status, 'succeeded');
    await world.clock.advance(2_000);
    assert.ok(!isThere(world));
    assert.deepEqual(world.router.backends('shop-1'), ['web-2-1']);
  });

  it('is there again for the release of before', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(withBack, { top });
    await world.hands.deploy({ web: webService() });
    await world.clock.advance(2_000);
    assert.equal((await world.hands.rollback(1)).status, 'succeeded');
    assert.ok(isThere(world));
    assert.deepEqual(statesOf(world), ['web-3-1 running']);
  });

  it('stays while somebody else runs on it, and goes after that', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(withBack, { top });
    world.controls.addForeignContainer('theirs');
    const theirs = [...world.runtime.engine.containers.values()].find(({ name }) => name === 'theirs');
    theirs?.networks.set(back, '10.213.9.9');
    await world.hands.deploy({ web: webService() });
    await world.clock.advance(120_000);
    assert.ok(isThere(world));
    theirs?.networks.delete(back);
    await world.clock.advance(60_000);
    assert.ok(!isThere(world));
  });

  it('stays with a stopped app, which starts as it was', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(withBack, { top });
    await world.hands.stop();
    await world.clock.advance(60_000);
    assert.ok(isThere(world));
    assert.equal((await world.hands.begin()).status, 'succeeded');
  });
});
