import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  containersOf,
  endOf,
  feedOf,
  queueOf,
  startedWorld,
  statesOf,
  theApp,
  webService,
} from '../../test/factories/control-hands.ts';
import { createWorld } from '../../test/factories/control.ts';

describe('the regular full look', () => {
  it('finds what no event told of', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.runtime.engine.listeners.clear();
    world.controls.removeByHand(containersOf(world)[0]?.id ?? '');
    assert.deepEqual(statesOf(world), []);
    await world.clock.until('it is there again', () => world.router.backends('shop-1').length === 1, 60_000);
    await world.clock.until('it serves', () => statesOf(world)[0] === 'web-1-1 running', 60_000);
  });

  it('asks the engine as little with many apps as with one', async (test) => {
    const world = createWorld();
    test.after(() => world.close());
    await world.start();
    for (let index = 0; index < 12; index += 1) {
      const operation = queueOf(world, `app${String.fromCharCode(97 + index)}`).deploy({
        web: webService({ 'x-crane': { route: 8000 } }),
      });
      await endOf(world, operation);
    }
    await world.clock.advance(60_000);
    const before = world.life().calls();
    const minutes = 20;
    await world.clock.advance(minutes * 60_000);
    const perMinute = (world.life().calls() - before) / minutes;
    // Two looks of three calls, two of the rules, and one app in twelve wholly: its instances, its route, the router.
    assert.ok(perMinute < 20, `${perMinute} calls a minute`);
    assert.ok(world.control().observed.app(1).state === 'running');
  });

  it('sees thousands of events as one reason to look', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const [container] = containersOf(world);
    assert.ok(container !== undefined);
    const before = world.life().calls();
    for (let event = 0; event < 5_000; event += 1) world.runtime.engine.emit(container, 'other');
    await world.clock.advance(1_000);
    const calls = world.life().calls() - before;
    assert.ok(calls < 130, `${calls} calls in a second`);
    world.controls.exit(container.id, 1);
    for (let event = 0; event < 5_000; event += 1) world.runtime.engine.emit(container, 'other');
    await world.clock.advance(100);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
  });

  it('brings everything back after a reboot of the machine, and leaves a stopped app stopped', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 3 });
    const blog = queueOf(world, 'blog');
    await endOf(world, blog.deploy({ web: webService() }));
    await endOf(world, blog.stop());
    world.kill();
    for (const item of containersOf(world)) world.controls.exit(item.id, 255);
    await world.clock.advance(30_000);
    await world.start();
    await world.clock.until('all serve', () => world.router.backends('shop-1').length === 3, 2_000);
    assert.deepEqual(statesOf(world, 'blog'), []);
  });

  it('leaves alone what belongs to an app that this database never knew, and says so once', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const { name, create } = containersOf(world)[0] ?? assert.fail('nothing runs');
    const labels = { ...create.Labels, 'crane.app': 'later-77' };
    const { id } = await world.runtime.createInstance({
      name: name.replace('shop-1', 'later-77'),
      create: { ...create, Labels: labels },
      moreNetworks: {},
      specHash: 'h',
    });
    await world.runtime.startInstance(id);
    await world.clock.advance(300_000);
    assert.equal(world.runtime.engine.containers.get(id)?.state, 'running');
    assert.deepEqual(
      feedOf(world, 'instance.external').map((event) => event.text),
      ['later-77 is not in this database; what runs of it is left alone'],
    );
    assert.equal(theApp(world, 'later'), null);
  });
});
