import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decisionsOf,
  endOf,
  recordTimeline,
  startedWorld,
  statesOf,
  webService,
} from '../../../test/factories/control-hands.ts';

describe('scaling by hand', () => {
  it('starts instances side by side, and routes each the moment it answers', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({ ref: 'slow:1', behaviour: { startDelayMs: 500 } });
    await world.hands.deploy({ web: webService({ image: 'slow:1' }) });
    const timeline = recordTimeline(world);
    const began = world.clock.monotonic();
    await world.hands.scale({ web: 4 });
    const started = timeline.filter(({ what }) => what.startsWith('started'));
    assert.deepEqual(
      started.map(({ at, what }) => [at - began, what]),
      [2, 3, 4].map((slot) => [500, `started web-1-${slot}`]),
    );
    assert.equal(timeline.at(-1)?.what, 'routed web-1-1 web-1-2 web-1-3 web-1-4');
    assert.ok((timeline.at(-1)?.at ?? 0) - began < 600);
  });

  it('takes the newest away first: unrouted, confirmed, drained, stopped, removed', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 3 });
    const timeline = recordTimeline(world);
    const began = world.clock.monotonic();
    await world.hands.scale({ web: 1 });
    assert.deepEqual(
      timeline.map(({ at, what }) => [at - began, what]),
      [
        [0, 'routed web-1-1'],
        [300, 'died web-1-2'],
        [300, 'died web-1-3'],
        [300, 'removed web-1-2'],
        [300, 'removed web-1-3'],
      ],
    );
  });

  it('stops nothing before the router has confirmed, and goes on when it is back', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 2 });
    world.router.goDown();
    const operation = world.hands.queue.scale({ web: 1 });
    await world.clock.advance(30_000);
    assert.deepEqual(statesOf(world), ['web-1-1 running', 'web-1-2 running']);
    world.router.comeBack();
    assert.equal((await endOf(world, operation, 60_000)).status, 'succeeded');
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
  });

  it('stops a whole app although the router is away', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.router.goDown();
    assert.equal((await world.hands.stop()).status, 'succeeded');
    assert.deepEqual(statesOf(world), []);
  });

  it('takes other slots instead of waiting for those that are leaving', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 3 });
    world.controls.setLatency(5_000, 'stopInstance');
    const down = world.hands.queue.scale({ web: 1 });
    await world.clock.advance(1_000);
    world.control().operations.cancel(down.id);
    await endOf(world, down);
    const up = world.hands.queue.scale({ web: 3 });
    await world.clock.until('three serve', () => world.router.backends('shop-1').length === 3, 2_000);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1', 'web-1-4', 'web-1-5']);
    assert.equal((await endOf(world, up)).status, 'succeeded');
    assert.equal(statesOf(world).length, 3);
  });

  it('stays within the bounds of the service', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    for (const replicas of [0, 5])
      assert.throws(() => world.hands.queue.scale({ web: replicas }), /must have 1 to 4 replicas/);
  });

  it('is one decision of that person for each change, with its effect', async (test) => {
    const world = await startedWorld(test);
    world.controls.setLatency(5);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 3 });
    await world.hands.scale({ web: 3 });
    await world.hands.scale({ web: 2 });
    await world.clock.advance(1_000);
    const rows = decisionsOf(world).filter((row) => row.verdict !== 'hold');
    assert.deepEqual(
      rows.map(({ trigger, from, to, effect }) => [trigger, from, to, effect.status]),
      [
        ['person', 1, 3, 'done'],
        ['person', 3, 2, 'done'],
      ],
    );
    const [out, back] = rows.map((row) => row.effect);
    assert.deepEqual(
      out?.instances.map(({ instance, change, readyAt }) => [instance, change, readyAt !== null]),
      [
        ['web-1-2', 'created', true],
        ['web-1-3', 'created', true],
      ],
    );
    assert.deepEqual(
      back?.instances.map(({ instance, change }) => [instance, change]),
      [['web-1-3', 'removed']],
    );
    assert.ok((back?.tookMs ?? 0) >= 300);
  });

  it('says that a newer decision took the place of one that was under way', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({ ref: 'slow:1', behaviour: { startDelayMs: 5_000 } });
    await world.hands.deploy({ web: webService({ image: 'slow:1' }) });
    const first = world.hands.queue.scale({ web: 4 });
    await world.clock.advance(1_000);
    world.control().operations.cancel(first.id);
    await endOf(world, first);
    await world.hands.scale({ web: 2 });
    await world.clock.advance(10_000);
    assert.deepEqual(
      decisionsOf(world)
        .filter((row) => row.trigger === 'person')
        .map((row) => row.effect.status),
      ['superseded', 'done'],
    );
  });

  it('says why a change could not be carried out', async (test) => {
    const world = await startedWorld(test, { deployTimeoutMs: 20_000 });
    await world.hands.deploy({ web: webService() });
    world.controls.behave('app:1', { startError: 'no more memory' });
    const operation = await world.hands.scale({ web: 2 });
    assert.match(operation.error?.message ?? '', /no more memory/);
    await world.clock.advance(60_000);
    const row = decisionsOf(world).find((each) => each.trigger === 'person');
    assert.equal(row?.effect.status, 'failed');
    assert.match(row.effect.error ?? '', /no more memory/);
  });
});
