import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeRelease } from '../actions/change-release.ts';
import {
  containersOf,
  endOf,
  startedWorld,
  statesOf,
  theApp,
  webService,
} from '../../test/factories/control-hands.ts';
import type { World } from '../../test/factories/control.ts';
import type { ProjectPatch } from '../core/compose/project-patch.ts';

async function change(world: World, services: ProjectPatch['services'], refresh: string[] = []) {
  const { operation } = changeRelease(world.actions(), world.ada, {
    app: 'shop',
    patch: { services },
    refresh,
  });
  return operation === null ? null : endOf(world, operation);
}
const imageOf = (world: World, service: string) =>
  containersOf(world).find(({ labels }) => labels['crane.service'] === service)?.imageId;

describe('a change of what runs', () => {
  it('replaces the instances it concerns; others stay, with the image and the size they have', async (test) => {
    const world = await startedWorld(test);
    const db = { image: 'app:1', restart: 'always' };
    await world.hands.deploy({ web: { image: 'app:1', 'x-crane': { route: 8000 } }, db });
    await world.hands.scale({ web: 2 });
    const before = imageOf(world, 'web');
    world.controls.addImage({ ref: 'app:1' });
    assert.equal((await change(world, { web: { environment: { A: '1' } } }))?.status, 'succeeded');
    assert.deepEqual(statesOf(world), ['db-1-1 running', 'web-2-1 running', 'web-2-2 running']);
    assert.equal(imageOf(world, 'web'), before);
    assert.equal(theApp(world)?.stableReleaseNumber, 2);
  });

  it('takes the tag where it points now, when asked to', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const before = imageOf(world, 'web');
    world.controls.addImage({ ref: 'app:1' });
    await change(world, { web: { image: 'app:1' } }, ['web']);
    assert.notEqual(imageOf(world, 'web'), before);
    assert.deepEqual(statesOf(world), ['web-2-1 running']);
  });

  it('of the bounds replaces nothing, and moves the size into them', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await change(world, { web: { 'x-crane': { scale: { min: 2 } } } });
    await world.clock.until('two run', () => containersOf(world).length === 2);
    assert.equal(statesOf(world)[0], 'web-1-1 running');
    assert.equal(world.store.targets.get(1, 'web')?.replicas, 2);
  });

  it('may set the size of a service that does not scale', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: { image: 'app:1', 'x-crane': { route: 8000 } } });
    await change(world, { web: { deploy: { replicas: 3 } } });
    assert.deepEqual(statesOf(world).length, 3);
  });

  it('that asks for nothing new does nothing', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    assert.equal(await change(world, { web: { image: 'app:1' } }), null);
    assert.equal(theApp(world)?.releaseNumber, 1);
  });
});
