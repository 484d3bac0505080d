import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WakeAnswer } from '../../core/port/waker.ts';
import {
  containersOf,
  decisionsOf,
  measure,
  startedWorld,
  statesOf,
  theApp,
  webService,
  type TestService,
} from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

const sleepy = (change: TestService = {}, scale: TestService = {}): TestService =>
  webService({ 'x-crane': { route: 8000, scale: { min: 0, max: 3, idle: '1m', ...scale } }, ...change });
const web = { app: 'shop-1', service: 'web' };
const wanted = (world: World, service = 'web'): number | undefined =>
  world.store.targets.get(1, service)?.replicas;
const changes = (world: World, service = 'web'): string[] =>
  decisionsOf(world, { family: 'scaling', service })
    .filter((row) => row.verdict !== 'hold')
    .map(({ trigger, from, to, reason }) => `${trigger} ${from}-${to} ${reason}`);

async function asleep(test: Parameters<typeof startedWorld>[0]): ReturnType<typeof startedWorld> {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: sleepy() });
  await world.clock.until('it sleeps', () => statesOf(world).length === 0, 120_000);
  return world;
}

const ask = (world: World, service = 'web', ms = 60_000): Promise<WakeAnswer> =>
  world.control().waker.wake({ app: 'shop-1', service, port: 8000 }, AbortSignal.timeout(ms));

describe('a service with min: 0', () => {
  it('starts with one, sleeps when it was idle, and says so', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: sleepy() });
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    await world.clock.advance(58_000);
    assert.equal(wanted(world), 1);
    await world.clock.advance(5_000);
    assert.equal(wanted(world), 0);
    assert.deepEqual(changes(world), ['loop 1-0 idle for 1 min']);
    assert.deepEqual(statesOf(world), []);
  });

  it('is woken by a request, once for many, and answers at the instance', async (test) => {
    const world = await asleep(test);
    const waiting = Promise.all([ask(world), ask(world), ask(world)]);
    await world.clock.until('one serves', () => world.router.backends('shop-1').length === 1, 5_000);
    const answers = await waiting;
    assert.ok(answers.every((answer) => answer.kind === 'ready' && /^http:.*:8000$/.test(answer.url)));
    assert.deepEqual(changes(world), ['loop 1-0 idle for 1 min', 'request 0-1 woken by a request']);
  });

  it('stays awake while requests come, connections are open, or nothing is known', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: sleepy() });
    for (let minute = 0; minute < 3; minute += 1) {
      await world.clock.advance(50_000);
      world.metrics.count(web, 1);
    }
    const id = containersOf(world)[0]?.id ?? '';
    world.runtime.usage.connect(id, 1);
    await world.clock.advance(120_000);
    assert.equal(wanted(world), 1);
    world.runtime.usage.connect(id, null);
    await world.clock.advance(120_000);
    assert.equal(wanted(world), 1);
    world.runtime.usage.connect(id, 0);
    world.metrics.count(web, null);
    await world.clock.advance(120_000);
    assert.equal(wanted(world), 1);
    world.metrics.count(web, 1);
    await world.clock.advance(65_000);
    assert.equal(wanted(world), 0);
  });

  it('does not sleep on signals that are missing', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: sleepy({}, { target: { requestsPerSecond: 50 } }) });
    await world.clock.advance(180_000);
    assert.equal(wanted(world), 1);
    measure(world, 'requestsPerSecond', 0);
    await world.clock.advance(5_000);
    assert.equal(wanted(world), 0);
  });

  it('starts its idle time anew after a restart of Crane, and wakes what slept before', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: sleepy() });
    await world.clock.advance(50_000);
    world.kill();
    await world.start();
    await world.clock.advance(30_000);
    assert.equal(wanted(world), 1);
    await world.clock.until('it sleeps', () => statesOf(world).length === 0, 120_000);
    world.kill();
    await world.start();
    const waiting = ask(world);
    await world.clock.until('one serves', () => world.router.backends('shop-1').length === 1, 5_000);
    assert.equal((await waiting).kind, 'ready');
  });

  it('stays where a person put it', async (test) => {
    const world = await asleep(test);
    world.store.controls.setMode({ appId: 1, service: 'web', mode: 'paused', by: 'ada' });
    assert.deepEqual(await ask(world), { kind: 'refused', reason: 'web is scaled in mode paused' });
    await world.hands.stop();
    assert.deepEqual(await ask(world), { kind: 'refused', reason: 'shop-1 does not run' });
    assert.equal(theApp(world)?.intent, 'stopped');
  });

  it('wakes what it needs, which sleeps only after it', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({
      web: sleepy({ depends_on: { db: { condition: 'service_started' } } }),
      db: { image: 'app:1', 'x-crane': { scale: { min: 0, idle: '30s' } } },
    });
    await world.clock.until('both sleep', () => statesOf(world).length === 0, 200_000);
    assert.deepEqual(changes(world, 'db'), ['loop 1-0 idle for 30 s']);
    assert.ok(
      (decisionsOf(world, { service: 'db' }).at(-1)?.at ?? 0) >
        (decisionsOf(world, { service: 'web' }).at(-1)?.at ?? 0),
    );
    const waiting = ask(world);
    await world.clock.until('both run', () => statesOf(world).length === 2, 10_000);
    await world.clock.advance(2_000);
    assert.equal((await waiting).kind, 'ready');
    assert.equal(changes(world, 'db').at(-1), 'request 0-1 needed by web, which a request woke');
  });
});
