import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Actor } from '../../src/actions/action-deps.ts';
import { deployApp } from '../../src/actions/deploy-app.ts';
import { containersOf, endOf, handsOf, theApp, webService } from '../factories/control-hands.ts';
import { createWorld } from '../factories/control.ts';

describe('images that are not what they were', () => {
  it('S84 a tag that moves while its image is scanned: the scanned image runs, now and whenever it is scaled, restarted or gone back to', async (test) => {
    const world = createWorld();
    test.after(() => world.close());
    const { saveImage } = world.runtime;
    const scanned: string[] = [];
    world.runtime.saveImage = (imageId, signal) => {
      scanned.push(imageId);
      world.controls.addImage({ ref: 'app:1' });
      return saveImage(imageId, signal);
    };
    await world.start();
    const hands = handsOf(world);
    const images = (): string[] => [...new Set(containersOf(world).map(({ imageId }) => imageId))];
    assert.equal((await hands.deploy({ web: webService() })).status, 'succeeded');
    const now = await world.runtime.resolveImage({ ref: 'app:1', pull: 'never' });
    assert.notEqual(now.imageId, scanned[0], 'the tag has moved');
    assert.deepEqual(images(), [scanned[0]]);
    await hands.scale({ web: 3 });
    await hands.restart();
    assert.deepEqual(images(), [scanned[0]], 'also after scaling and a restart');
    await hands.deploy({ web: webService({ environment: { A: '1' } }) });
    assert.deepEqual(images(), [now.imageId], 'a new deployment takes the tag where it is');
    assert.ok(scanned.includes(now.imageId), 'and scans that');
    await hands.rollback();
    assert.deepEqual(images(), [scanned[0]]);
    assert.deepEqual([...new Set(scanned)], [scanned[0], now.imageId], 'nothing else was ever scanned');
  });

  it('S83 an image that cannot be scanned is deployed by no user, and nothing is left of it', async (test) => {
    const world = createWorld();
    test.after(() => world.close());
    world.runtime.saveImage = async function* () {
      yield Buffer.alloc(2_048);
      throw new Error('unexpected end of the layer');
    };
    await world.start();
    const bob: Actor = { user: world.store.users.create({ name: 'bob', role: 'user', at: 1 }) };
    const files = [{ path: 'compose.yaml', text: JSON.stringify({ services: { web: webService() } }) }];
    const { operation } = deployApp(world.actions(), bob, { name: 'shop', files });
    const { status, error } = await endOf(world, operation);
    assert.equal(status, 'failed');
    assert.match(`${error?.code} ${error?.message}`, /^(policy\.denied|scan\.blocked) .*P17/);
    assert.deepEqual(containersOf(world), []);
    assert.equal(theApp(world)?.releaseNumber ?? null, null);
  });
});
