import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startedWorld, theApp, webService } from '../../test/factories/control-hands.ts';
import type { World } from '../../test/factories/control.ts';

const hourMs = 3_600_000;

type Kept = Awaited<ReturnType<typeof startedWorld>>;
let version = 0;

/** The image of a new release. */
async function deploy(world: Kept, policy: string): Promise<string | undefined> {
  version += 1;
  const web = webService({ image: 'shop:1', pull_policy: policy, environment: { VERSION: String(version) } });
  const done = await world.hands.deploy({ web });
  assert.equal(done.status, 'succeeded', done.error?.message);
  return imageOf(world);
}

function imageOf(world: World): string | undefined {
  const app = theApp(world);
  const release = app?.releaseNumber == null ? null : world.store.releases.find(app.id, app.releaseNumber);
  return release?.images['web']?.imageId;
}

describe('a pull policy with an interval', () => {
  it('looks into the registry again when the interval is over, over a restart of Crane too', async (test) => {
    const world = await startedWorld(test);
    world.controls.publishImage({ ref: 'shop:1' });
    const first = await deploy(world, 'every_12h');
    world.controls.publishImage({ ref: 'shop:1' });
    world.clock.jump(11 * hourMs);
    world.kill();
    await world.start();
    assert.equal(await deploy(world, 'every_12h'), first);
    world.clock.jump(hourMs);
    const second = await deploy(world, 'every_12h');
    assert.notEqual(second, first);
    world.controls.publishImage({ ref: 'shop:1' });
    assert.equal(await deploy(world, 'daily'), second);
    assert.equal(await deploy(world, 'missing'), second);
    assert.notEqual(await deploy(world, 'always'), second);
  });

  it('goes on with what is here when the registry does not answer, and asks the next time', async (test) => {
    const world = await startedWorld(test);
    world.controls.publishImage({ ref: 'shop:1' });
    const first = await deploy(world, 'weekly');
    world.clock.jump(8 * 24 * hourMs);
    world.controls.failPull('shop:1');
    assert.equal(await deploy(world, 'weekly'), first);
    world.controls.publishImage({ ref: 'shop:1' });
    assert.notEqual(await deploy(world, 'weekly'), first);
  });
});
