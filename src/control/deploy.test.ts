import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  createWorld,
  feedOf,
  handsOf,
  statesOf,
  theApp,
  webService,
  type World,
} from '../../test/factories/control.ts';

async function started(test: TestContext): Promise<World> {
  const world = createWorld();
  test.after(() => world.close());
  await world.start();
  return world;
}

describe('a deployment', () => {
  it('brings an app up: made, answering, routed, stable', async (test) => {
    const world = await started(test);
    const operation = await handsOf(world).deploy({ web: webService() });
    assert.equal(operation.status, 'succeeded', JSON.stringify([operation.error, world.logged]));
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
    assert.equal(theApp(world)?.stableReleaseNumber, 1);
    assert.deepEqual(
      world.logged.filter((line) => line.level !== 'debug'),
      [],
    );
    assert.deepEqual(
      feedOf(world).map((event) => event.kind),
      [
        'app.created',
        'deployment.started',
        'image.resolved',
        'scan.done',
        'instance.created',
        'instance.ready',
        'route.published',
        'deployment.done',
      ],
    );
  });
});
