import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cancelOperation } from '../actions/cancel-operation.ts';
import {
  containersOf,
  endOf,
  feedOf,
  type handsOf,
  labelOf,
  operationOf,
  pause,
  startedWorld,
  statesOf,
  theApp,
  webService,
} from '../../test/factories/control-hands.ts';
import type { World } from '../../test/factories/control.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';

const three = (version: string, more: object = {}) => ({
  web: webService({
    environment: { VERSION: version },
    deploy: { replicas: 3, update_config: { parallelism: 1, order: 'stop-first' } },
    'x-crane': { route: 8000 },
    ...more,
  }),
});

type Rolling = World & { hands: ReturnType<typeof handsOf>; roll: Operation };

/** A roll of three instances that was paused when the first new one served beside two old ones. */
async function pausedRoll(test: Parameters<typeof startedWorld>[0]): Promise<Rolling> {
  const world = await startedWorld(test);
  await world.hands.deploy(three('1'));
  const roll = world.hands.queue.deploy(three('2'));
  await world.clock.until('one is new', () => {
    const labels = world.router.backends('shop-1');
    return labels.some((label) => label.startsWith('web-2')) && labels.length === 3;
  });
  pause(world);
  await world.clock.advance(30_000);
  return { ...world, roll };
}

const releases = (world: World): string =>
  world.router
    .backends('shop-1')
    .map((label) => label.split('-')[1] ?? '')
    .sort((a, b) => a.localeCompare(b))
    .join('');

describe('a paused deployment', () => {
  it('keeps old and new instances serving, however long, and says so', async (test) => {
    const world = await pausedRoll(test);
    assert.equal(releases(world), '112');
    await world.clock.advance(600_000);
    assert.equal(releases(world), '112');
    assert.equal(operationOf(world, world.roll.id).status, 'running');
    const { state, reason } = world.control().observed.app(1);
    assert.deepEqual([state, reason], ['deploying', 'web: paused, 1 new beside 2 old']);
    assert.equal(feedOf(world, 'deployment.paused').length, 1);
    pause(world);
    assert.equal(feedOf(world, 'deployment.paused').length, 1);
  });

  it('that starts first keeps all that serve: the old ones and the new ones so far', async (test) => {
    const world = await startedWorld(test);
    const service = (version: string): object => ({
      ...three(version).web,
      deploy: { replicas: 3, update_config: { parallelism: 1, order: 'start-first' } },
    });
    await world.hands.deploy({ web: { ...service('1') } });
    const roll = world.hands.queue.deploy({ web: { ...service('2') } });
    await world.clock.until('more serve', () => world.router.backends('shop-1').length > 3);
    pause(world);
    await world.clock.advance(120_000);
    assert.match(releases(world), /^1112+$/);
    world.hands.queue.resume();
    assert.equal((await endOf(world, roll)).status, 'succeeded');
    assert.equal(releases(world), '222');
  });

  it('goes on when it is resumed, and nobody is unserved', async (test) => {
    const world = await pausedRoll(test);
    const counts: number[] = [];
    world.router.onPublish = (_app, _before, now) => counts.push(now.size);
    assert.equal((await world.hands.resume()).status, 'succeeded');
    assert.equal(releases(world), '222');
    assert.ok(Math.min(...counts) >= 2, counts.join());
    assert.deepEqual([theApp(world)?.stableReleaseNumber, world.store.pauses.find(1)], [2, null]);
    assert.throws(() => world.hands.queue.resume(), /No deployment of shop-1 is paused/);
  });

  it('stays paused over a crash of Crane, and goes on after it', async (test) => {
    const world = await pausedRoll(test);
    world.kill();
    await world.start();
    await world.clock.advance(60_000);
    assert.equal(releases(world), '112');
    assert.equal((await world.hands.resume()).status, 'succeeded');
    assert.equal(releases(world), '222');
  });

  it('goes back to the release of before when it is cancelled', async (test) => {
    const world = await pausedRoll(test);
    cancelOperation(world.actions(), world.ada, { id: world.roll.id });
    assert.equal((await endOf(world, world.roll)).status, 'cancelled');
    await world.clock.until('all are old', () => releases(world) === '111');
    assert.deepEqual([theApp(world)?.releaseNumber, world.store.pauses.find(1)], [1, null]);
  });

  it('replaces what fails, of both releases, and never has too many', async (test) => {
    const world = await pausedRoll(test);
    for (const release of ['1', '2']) {
      const victim = containersOf(world).find(({ labels }) => labels['crane.release'] === release);
      assert.ok(victim !== undefined);
      world.controls.exit(victim.id, 1);
      await world.clock.until('three serve again', () => world.router.backends('shop-1').length === 3);
      await world.clock.advance(10_000);
      assert.equal(containersOf(world).length, 3, statesOf(world).join());
    }
    assert.equal(releases(world), '122');
    assert.equal((await world.hands.resume()).status, 'succeeded');
  });

  it('refuses other deployments, and names both ways out', async (test) => {
    const world = await pausedRoll(test);
    const asks = [
      () => world.hands.queue.deploy(three('3')),
      () => world.hands.queue.scale({ web: 1 }),
      () => world.hands.queue.stop(),
      () => world.hands.queue.rollback(),
    ];
    for (const ask of asks)
      assert.throws(
        ask,
        (error) =>
          error instanceof CraneError &&
          error.code === 'app.busy' &&
          /is paused/.test(error.message) &&
          /crane resume shop-1.*crane cancel op-/.test(error.facts.fix ?? ''),
      );
  });

  it('makes way for the deletion of its app', async (test) => {
    const world = await pausedRoll(test);
    assert.equal((await world.hands.remove()).status, 'succeeded');
    assert.deepEqual([theApp(world), containersOf(world)], [null, []]);
  });

  it('starts no service that was not there before, and leaves one that goes', async (test) => {
    const world = await startedWorld(test);
    const side = { image: 'app:1', restart: 'always' };
    await world.hands.deploy({ ...three('1'), old: side });
    world.controls.setLatency(400, 'resolveImage');
    const roll = world.hands.queue.deploy({ ...three('2'), new: side });
    await world.clock.advance(100);
    pause(world);
    await world.clock.advance(60_000);
    assert.deepEqual(containersOf(world).map(labelOf).sort(), ['old-1-1', 'web-1-1', 'web-1-2', 'web-1-3']);
    assert.match(world.control().observed.app(1).reason ?? '', /new: waits for crane resume/);
    world.hands.queue.resume();
    assert.equal((await endOf(world, roll)).status, 'succeeded');
    await world.clock.until('the old one is gone', () => containersOf(world).length === 4);
  });

  it('holds restarts too, and there is nothing to pause when nothing is under way', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(three('1'));
    assert.throws(() => pause(world), /No deployment of shop-1 is under way/);
    const restart = world.hands.queue.restart();
    pause(world);
    await world.clock.advance(60_000);
    assert.equal(releases(world), '111');
    await world.hands.resume();
    assert.equal(operationOf(world, restart.id).status, 'succeeded');
    assert.equal(releases(world), '222');
  });
});
