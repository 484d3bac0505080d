import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../core/error/crane-error.ts';
import {
  alertFrom,
  containersOf,
  endOf,
  feedOf,
  handsOf,
  measure,
  startedWorld,
  statesOf,
  webService,
} from '../../test/factories/control-hands.ts';
import { createWorld } from '../../test/factories/control.ts';

describe('an engine that is away', () => {
  it('is asked ever more rarely, is not shown better than it is, and all is well when it is back', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.controls.goDown();
    world.controls.removeByHand(containersOf(world)[0]?.id ?? '');
    world.control().nudge(1);
    await world.clock.advance(60_000);
    const before = world.life().calls();
    await world.clock.advance(3_600_000);
    const perMinute = (world.life().calls() - before) / 60;
    assert.ok(perMinute < 20, `${perMinute} calls a minute`);
    assert.equal(world.control().observed.app(1).state, 'unknown');
    assert.ok(world.logged.length < 400, `${world.logged.length} lines`);
    world.controls.comeBack();
    await world.clock.until('it serves', () => statesOf(world)[0] === 'web-1-1 running', 2_000);
    await world.clock.until('it is shown', () => world.control().observed.app(1).state === 'running', 2_000);
  });

  it('at the start: Crane starts, and goes on when it is there', async (test) => {
    const world = createWorld();
    test.after(() => world.close());
    world.controls.goDown();
    await world.start();
    const operation = handsOf(world).queue.deploy({ web: webService() });
    await world.clock.advance(10_000);
    assert.equal(feedOf(world, 'control.error').length, 1);
    assert.notEqual((await endOf(world, operation)).status, 'succeeded');
    world.controls.comeBack();
    const again = await handsOf(world).deploy({ web: webService() });
    assert.deepEqual([again.status, again.error], ['succeeded', null]);
  });

  it('for one call, before or after its effect, changes nothing in the end', async (test) => {
    const calls = [
      'observeInstances',
      'observeNetworks',
      'ensureNetwork',
      'attach',
      'ensureVolume',
      'createInstance',
      'startInstance',
      'stopInstance',
      'removeInstance',
    ] as const;
    for (const call of calls)
      for (const when of ['before', 'after'] as const) {
        const world = await startedWorld(test);
        // What was done before its answer was lost need not be asked again.
        world.controls.fault({ call, when, times: when === 'before' ? 2 : 1 });
        const services = {
          web: webService({ volumes: [{ type: 'volume', source: 'data', target: '/data' }] }),
        };
        await world.hands.deploy(services, { top: { volumes: { data: {} } } });
        await world.hands.scale({ web: 3 });
        await world.hands.scale({ web: 1 });
        await world.clock.advance(60_000);
        assert.deepEqual(statesOf(world), ['web-1-1 running'], `${call} ${when}`);
        assert.deepEqual(world.router.backends('shop-1'), ['web-1-1'], `${call} ${when}`);
        assert.deepEqual(world.runtime.engine.faults, [], `${call} ${when} was not called`);
        world.close();
      }
  });

  it('that cannot remove an instance is asked again later each time, and the others go on', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 2 });
    const error = new CraneError('engine.failed', 'device or resource busy');
    world.controls.fault({ call: 'removeInstance', when: 'before', error, times: 5 });
    const operation = world.hands.queue.scale({ web: 1 });
    const before = world.life().calls();
    await world.clock.advance(20_000);
    assert.ok(world.life().calls() - before < 80, `${world.life().calls() - before} calls`);
    assert.match(
      feedOf(world, 'instance.failed').at(-1)?.text ?? '',
      /web-1-2 is stuck: device or resource busy/,
    );
    assert.equal((await endOf(world, operation)).status, 'succeeded');
  });
});

describe('a database that takes no more', () => {
  it('does not keep a dead instance in the routes, and repairs when there is room', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 2 });
    const { feed, decisions } = world.store;
    const { append } = feed;
    const { record } = decisions;
    const full = (): never => {
      throw new CraneError('store.full', 'the disk is full');
    };
    Object.assign(feed, { append: full });
    Object.assign(decisions, { record: full });
    world.controls.exit(containersOf(world)[0]?.id ?? '', 1);
    await world.clock.advance(5_000);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-2']);
    assert.deepEqual(statesOf(world), ['web-1-1 exited', 'web-1-2 running'], 'no change without its record');
    const before = world.life().calls();
    await world.clock.advance(600_000);
    assert.ok(world.life().calls() - before < 2_000, `${world.life().calls() - before} calls in ten minutes`);
    Object.assign(feed, { append });
    Object.assign(decisions, { record });
    await world.clock.until('it is whole', () => world.router.backends('shop-1').length === 2, 70_000);
  });
});

describe('a wall clock that is set', () => {
  it('neither ends nor prolongs a back-off, and starts no mass action', async (test) => {
    for (const jumpMs of [3_600_000, -3_600_000, 315_360_000_000]) {
      const world = await startedWorld(test);
      await world.hands.deploy({ web: webService() });
      await world.hands.scale({ web: 3 });
      world.controls.behave('app:1', { exits: { code: 1, afterMs: 50 } });
      world.controls.exit(containersOf(world)[0]?.id ?? '', 1);
      await world.clock.advance(4_000);
      const starts = feedOf(world, 'instance.created').length;
      world.clock.jump(jumpMs);
      await world.clock.advance(1_000);
      assert.equal(feedOf(world, 'instance.created').length, starts, `${jumpMs} ms`);
      world.controls.behave('app:1', {});
      await world.clock.until('it is whole', () => world.router.backends('shop-1').length === 3, 10_000);
      measure(world, 'requestsPerSecond', 150);
      alertFrom(world);
      await world.clock
        .until('it is scaled', () => world.store.targets.get(1, 'web')?.replicas === 4, 20_000)
        .catch(() => undefined);
      assert.notEqual(world.control().observed.app(1).state, 'unknown');
      world.close();
    }
  });
});

describe('a process that is told to stop', () => {
  it('takes no new work, leaves what runs running, and the next one goes on', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.controls.setLatency(100);
    const operation = world.hands.queue.deploy({ web: webService({ environment: { A: '2' } }) });
    await world.clock.advance(350);
    let isStopped = false;
    void world
      .control()
      .stop()
      .then(() => {
        isStopped = true;
      });
    await world.clock.until('it has stopped', () => isStopped, 6_000);
    world.kill();
    assert.ok(statesOf(world).includes('web-1-1 running'));
    await world.start();
    assert.equal((await endOf(world, operation)).status, 'succeeded');
    assert.deepEqual(world.router.backends('shop-1'), ['web-2-1']);
  });
});
