import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from '../../core/decision/decision.ts';
import {
  theApp,
  containersOf,
  decisionsOf,
  feedOf,
  recordTimeline,
  startedWorld,
  statesOf,
  webService,
} from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

async function deployed(
  test: Parameters<typeof startedWorld>[0],
  replicas = 1,
): ReturnType<typeof startedWorld> {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: webService() });
  if (replicas > 1) await world.hands.scale({ web: replicas });
  await world.clock.advance(1_000);
  return world;
}

const healings = (world: World): Decision[] => decisionsOf(world, { family: 'healing' });
const exit = (world: World, label: string, code = 1): void => {
  const found = containersOf(world).find(
    (item) => item.name === `crane-shop-1-${label}` && item.state === 'running',
  );
  world.controls.exit(found?.id ?? assert.fail(`${label} does not run`), code);
};
const serves =
  (world: World, count: number): (() => boolean) =>
  () =>
    world.router.backends('shop-1').length === count;

describe('healing', () => {
  it('unroutes a dead instance at once and puts another in its place; the others go on serving', async (test) => {
    const world = await deployed(test, 2);
    const timeline = recordTimeline(world);
    const began = world.clock.monotonic();
    exit(world, 'web-1-1');
    await world.clock.until('both serve', () => timeline.at(-1)?.what === 'routed web-1-1 web-1-2', 1_000);
    assert.deepEqual(
      timeline.map(({ at, what }) => [at - began, what]),
      [
        [0, 'died web-1-1'],
        [0, 'routed web-1-2'],
        [0, 'removed web-1-1'],
        [0, 'started web-1-1'],
        [0, 'routed web-1-1 web-1-2'],
      ],
    );
  });

  it('is one decision for each failure, with its effect, and no change of replicas', async (test) => {
    const world = await deployed(test, 2);
    exit(world, 'web-1-1', 137);
    await world.clock.advance(2_000);
    const rows = healings(world);
    assert.deepEqual(
      rows.map(({ trigger, verdict, from, to, policyRevision }) => [
        trigger,
        verdict,
        from,
        to,
        policyRevision,
      ]),
      [['event', 'replace', 2, 2, 'memory']],
    );
    assert.equal(rows[0]?.effect.status, 'done');
    assert.deepEqual(
      rows[0].effect.instances.map(({ instance, change, readyAt }) => [instance, change, readyAt !== null]),
      [['web-1-1', 'replaced', true]],
    );
    assert.equal(feedOf(world, 'heal.done').length, 1);
    assert.equal(
      world
        .control()
        .observed.app(1)
        .instances.find((item) => item.slot === 1)?.restarts,
      1,
    );
  });

  it('tells why an instance failed, with its last lines', async (test) => {
    const world = await deployed(test);
    const [container] = containersOf(world);
    world.controls.print(container?.id ?? '', 'stderr', 'out of luck');
    world.controls.runOutOfMemory(container?.id ?? '');
    await world.clock.advance(1_000);
    const [event] = feedOf(world, 'instance.failed');
    assert.equal(event?.text, 'web-1-1 was killed for exceeding its memory limit');
    assert.deepEqual(event.data['lines'], ['crane-shop-1-web-1-1 started', 'out of luck']);
    const question = healings(world)[0]?.question;
    assert.equal(
      question !== null && question !== undefined && 'failure' in question && question.failure.kind,
      'oom',
    );
  });

  it('backs off from a crash loop, later each time, calls it by its name and gives up', async (test) => {
    const world = await deployed(test);
    world.controls.behave('app:1', { exits: { code: 1, afterMs: 100 } });
    const timeline = recordTimeline(world);
    exit(world, 'web-1-1');
    await world.clock.advance(30_000);
    assert.match(world.control().observed.app(1).reason ?? '', /CrashLoop: web-1-1 exited with code 1/);
    await world.clock.advance(240_000);
    const starts = timeline.filter(({ what }) => what.startsWith('started')).map(({ at }) => at);
    const gaps = starts.slice(1).map((at, index) => Math.round((at - (starts[index] ?? 0)) / 1000));
    assert.deepEqual(gaps, [1, 2, 4, 8, 16, 32, 64]);
    const last = healings(world).at(-1);
    assert.equal(last?.verdict, 'back-off');
    assert.match(last.reason, /gives up after 8 replacements/);
    assert.match(world.control().observed.app(1).reason ?? '', /8 restarts .*given up for now/);
    assert.equal(healings(world).length, 9);
    assert.equal(world.control().observed.app(1).state, 'failed');
    world.controls.behave('app:1', {});
    await world.clock.until('it is tried again', serves(world, 1), 301_000);
  });

  it('goes on with a back-off after a restart of Crane, with the same decision', async (test) => {
    const world = await deployed(test);
    world.controls.behave('app:1', { exits: { code: 1, afterMs: 100 } });
    exit(world, 'web-1-1');
    await world.clock.until('it waits 16 s', () => healings(world).length === 6, 60_000);
    await world.clock.advance(2_000);
    world.kill();
    await world.clock.advance(4_000);
    await world.start();
    const timeline = recordTimeline(world);
    const restarted = world.clock.monotonic();
    await world.clock.until('it starts again', () => timeline.some(({ what }) => what.startsWith('started')));
    const waited = Math.round((world.clock.monotonic() - restarted) / 1000);
    assert.equal(waited, 10);
    assert.equal(healings(world).length, 6);
    await world.clock.advance(1_000);
    const question = healings(world)[6]?.question;
    assert.equal(
      question !== null && question !== undefined && 'recentRestarts' in question && question.recentRestarts,
      6,
    );
  });

  it('brings back many that died together, and does not take them for a crash loop', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({
      web: webService({ 'x-crane': { route: 8000, scale: { min: 1, max: 20, target: { cpuPercent: 50 } } } }),
    });
    await world.hands.scale({ web: 20 });
    for (let slot = 1; slot <= 20; slot += 1) {
      exit(world, `web-1-${slot}`);
      await world.clock.advance(20);
    }
    await world.clock.until('all serve', serves(world, 20), 2_000);
    assert.equal(healings(world).length, 20);
    assert.ok(healings(world).every((row) => row.verdict === 'replace'));
  });

  it('replaces a hanging instance by another one at once, and stops it afterwards', async (test) => {
    const world = await deployed(test);
    const address = [...(containersOf(world)[0]?.networks.values() ?? [])][0] ?? '';
    const timeline = recordTimeline(world);
    world.silent.add(address);
    await world.clock.until(
      'another serves',
      () => world.router.backends('shop-1').includes('web-1-2'),
      10_000,
    );
    await world.clock.advance(1_000);
    assert.deepEqual(
      timeline.map(({ what }) => what),
      ['routed', 'started web-1-2', 'routed web-1-2', 'died web-1-1', 'removed web-1-1'],
    );
    assert.deepEqual(
      healings(world).map(({ verdict, effect }) => [
        verdict,
        effect.status,
        effect.instances.map((item) => item.instance),
      ]),
      [['replace', 'done', ['web-1-2', 'web-1-1']]],
    );
  });

  it('asks anew when an instance that had recovered fails again', async (test) => {
    const world = await deployed(test, 2);
    const address = [...(containersOf(world)[0]?.networks.values() ?? [])][0] ?? '';
    const { decideHealing } = world.policy;
    world.policy.decideHealing = async (question, signal) => ({
      ...(await decideHealing(question, signal)),
      action: 'back-off',
      delayMs: 60_000,
    });
    world.silent.add(address);
    await world.clock.until('it is asked', () => healings(world).length === 1, 10_000);
    world.silent.delete(address);
    await world.clock.until('both serve', serves(world, 2), 10_000);
    await world.clock.advance(300_000);
    assert.deepEqual(statesOf(world), ['web-1-1 running', 'web-1-2 running']);
    world.silent.add(address);
    await world.clock.until('it is asked again', () => healings(world).length === 2, 10_000);
    assert.deepEqual(statesOf(world), ['web-1-1 running', 'web-1-2 running']);
  });

  it('brings instances back by a built-in back-off while the policy engine is down', async (test) => {
    const world = await deployed(test);
    world.policy.fail('policy.unavailable');
    for (let round = 0; round < 3; round += 1) {
      exit(world, 'web-1-1');
      await world.clock.until('it serves again', () => statesOf(world)[0] === 'web-1-1 running', 10_000);
      await world.clock.advance(100);
    }
    const rows = healings(world);
    assert.deepEqual(
      rows.map((row) => [
        row.policyRevision,
        row.answer !== null && 'delayMs' in row.answer && row.answer.delayMs,
      ]),
      [
        ['built-in', 0],
        ['built-in', 1_000],
        ['built-in', 2_000],
      ],
    );
    assert.match(rows[0]?.effect.error ?? '', /told to fail/);
  });

  it('does not trust what served before a restart of Crane once it was replaced', async (test) => {
    const world = await deployed(test);
    world.kill();
    await world.start();
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
    world.runtime.engine.listeners.add((told) => {
      if (told?.event.kind === 'started')
        for (const ip of told.container.networks.values()) world.silent.add(ip);
    });
    exit(world, 'web-1-1');
    await world.clock.advance(2_000);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    assert.deepEqual(world.router.backends('shop-1'), [], 'it does not answer yet');
    world.silent.clear();
    await world.clock.until('it serves', serves(world, 1), 2_000);
  });

  it('leaves a completed one-shot service and one that nobody restarts alone', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({ ref: 'job:1', behaviour: { exits: { code: 0, afterMs: 10 } } });
    await world.hands.deploy({
      web: webService(),
      job: { image: 'job:1' },
      once: { image: 'app:1', restart: 'no' },
    });
    exit(world, 'once-1-1', 3);
    await world.clock.advance(60_000);
    assert.deepEqual(healings(world), []);
    assert.deepEqual(statesOf(world), ['job-1-1 exited', 'once-1-1 exited', 'web-1-1 running']);
    const { instances } = world.control().observed.app(theApp(world)?.id ?? 0);
    assert.deepEqual(instances.map(({ instance, health }) => `${instance} ${health}`).toSorted(), [
      'job-1-1 completed',
      'once-1-1 none',
      'web-1-1 ready',
    ]);
  });
});
