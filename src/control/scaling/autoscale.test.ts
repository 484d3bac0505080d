import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  alertFrom,
  decisionsOf,
  feedOf,
  measure,
  startedWorld,
  statesOf,
  theApp,
  webService,
} from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

async function deployed(
  test: Parameters<typeof startedWorld>[0],
  settings: Parameters<typeof startedWorld>[1] = {},
): ReturnType<typeof startedWorld> {
  const world = await startedWorld(test, settings);
  await world.hands.deploy({ web: webService() });
  measure(world, 'requestsPerSecond', 10);
  // What was wanted before the first evaluation holds for one window.
  await world.clock.advance(90_000);
  return world;
}

const wanted = (world: World): number | undefined => world.store.targets.get(1, 'web')?.replicas;
const changes = (world: World): (string | number)[][] =>
  decisionsOf(world, { family: 'scaling' })
    .filter((row) => row.verdict !== 'hold')
    .map(({ trigger, from, to }) => [trigger, from, to]);

describe('the autoscaler', () => {
  it('turns an alert into exactly one decision, and that into instances', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 120);
    alertFrom(world);
    await world.clock.until('three serve', () => world.router.backends('shop-1').length === 3, 2_000);
    assert.deepEqual(changes(world), [['alert', 1, 3]]);
    const row = decisionsOf(world).find((each) => each.trigger === 'alert');
    assert.equal(row?.policyRevision, 'memory');
    await world.clock.advance(1_000);
    const [stored] = world.store.alerts.list({ limit: 1, cursor: null }).items;
    assert.deepEqual(stored?.outcome, { kind: 'decided', decisionId: row?.id });
    assert.equal(world.store.decisions.find({ kind: 'all' }, row?.id ?? '')?.effect.status, 'done');
  });

  it('tells the alert, then the decision', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 120);
    alertFrom(world);
    await world.clock.advance(100);
    const kinds = feedOf(world, 'alert.firing', 'decision').map((event) => event.kind);
    assert.deepEqual(kinds.slice(-2), ['alert.firing', 'decision']);
  });

  it("stays within the quota of the app's owner, and says so", async (test) => {
    const world = await deployed(test);
    const owner = world.store.apps.find({ kind: 'all' }, 1)?.ownerId ?? 0;
    world.store.users.setQuota(owner, { instances: 2 });
    measure(world, 'requestsPerSecond', 120);
    alertFrom(world);
    await world.clock.until('two serve', () => world.router.backends('shop-1').length === 2, 2_000);
    const row = decisionsOf(world).find((each) => each.trigger === 'alert');
    assert.deepEqual([row?.to, row?.clamps.at(-1)?.text], [2, 'capped by quota 2: at most 2 instances']);
    assert.deepEqual(row?.steering?.quota, { most: 2, text: 'at most 2 instances' });
  });

  it('makes nothing of the same alert sent again', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 120);
    for (let sent = 0; sent < 50; sent += 1) alertFrom(world);
    await world.clock.advance(500);
    for (let sent = 0; sent < 50; sent += 1) alertFrom(world);
    await world.clock.advance(500);
    assert.equal(decisionsOf(world).filter((row) => row.trigger === 'alert').length, 1);
  });

  it('makes one decision of many alerts about one service', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 120);
    for (let index = 0; index < 20; index += 1) alertFrom(world, { fingerprint: `f${index}` });
    await world.clock.advance(400);
    const { items } = world.store.alerts.list({ limit: 100, cursor: null });
    const outcomes = new Set(items.map((item) => JSON.stringify(item.outcome)));
    assert.equal(outcomes.size, 1);
    assert.deepEqual(changes(world), [['alert', 1, 3]]);
  });

  it('ignores a firing that comes after its end, with the reason', async (test) => {
    const world = await deployed(test);
    alertFrom(world, { status: 'resolved', startsAt: 20_000, endsAt: 25_000 });
    await world.clock.advance(400);
    measure(world, 'requestsPerSecond', 120);
    alertFrom(world, { status: 'firing', startsAt: 20_000 });
    alertFrom(world, { status: 'firing', startsAt: 10_000 });
    await world.clock.settle();
    const reasons = world.store.alerts
      .list({ limit: 10, cursor: null })
      .items.map(({ outcome }) => (outcome.kind === 'ignored' ? outcome.reason : outcome.kind));
    assert.deepEqual(reasons, [
      'overtaken by newer news of the same alert',
      'overtaken by newer news of the same alert',
      'decided',
    ]);
  });

  it('ignores alerts about what it does not know, with the reason', async (test) => {
    const world = await deployed(test);
    await world.hands.stop();
    const labels: Record<string, string>[] = [
      {},
      { app: 'other-9', service: 'web' },
      { app: '1', service: 'web' },
      { app: 'shop-1', service: 'db' },
      { app: 'shop-1', service: 'web' },
    ];
    for (const [index, each] of labels.entries())
      alertFrom(world, { fingerprint: `f${index}`, labels: each });
    await world.clock.advance(600);
    const { items } = world.store.alerts.list({ limit: 10, cursor: null });
    assert.deepEqual(
      items.map(({ outcome }) => (outcome.kind === 'ignored' ? outcome.reason : outcome.kind)).toReversed(),
      [
        'no app and service labels',
        'unknown app other-9',
        'unknown app 1',
        'shop-1 is stopped',
        'shop-1 is stopped',
      ],
    );
    assert.equal(feedOf(world, 'alert.ignored').length, 5);
    assert.deepEqual(statesOf(world), []);
  });

  it('holds while the policy engine is down, and says so', async (test) => {
    const world = await deployed(test);
    world.policy.fail('policy.unavailable');
    measure(world, 'requestsPerSecond', 500);
    alertFrom(world);
    await world.clock.advance(60_000);
    assert.equal(wanted(world), 1);
    const row = decisionsOf(world).find((each) => each.trigger === 'alert');
    assert.deepEqual([row?.verdict, row?.policyRevision, row?.answer], ['hold', null, null]);
    assert.match(row?.reason ?? '', /policy engine gave no usable answer/);
    world.policy.fail(null);
    await world.clock.until('it scales', () => wanted(world) === 4, 2_000);
  });

  it('never scales in on missing data, and counts its holds in one row', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 150);
    await world.clock.until('it is large', () => wanted(world) === 3, 20_000);
    measure(world, 'requestsPerSecond', null);
    await world.clock.advance(600_000);
    assert.equal(wanted(world), 3);
    const last = decisionsOf(world, { family: 'scaling' }).at(-1);
    assert.equal(last?.verdict, 'hold');
    assert.ok((last?.repeats ?? 0) > 500, `${last?.repeats} repeats`);
    assert.ok(decisionsOf(world).length < 20);
  });

  it('reaches the right size without any alert, and goes back in after the window', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 190);
    await world.clock.until('it is large', () => wanted(world) === 4, 16_000);
    measure(world, 'requestsPerSecond', 10);
    const busy = world.clock.monotonic();
    await world.clock.until('it is small', () => wanted(world) === 1, 80_000);
    assert.ok(world.clock.monotonic() - busy >= 59_000);
    assert.deepEqual(
      changes(world).map(([, from, to]) => [from, to]),
      [
        [1, 4],
        [4, 1],
      ],
    );
    await world.clock.advance(2_000);
    assert.ok(decisionsOf(world).every((row) => row.effect.status !== 'pending'));
  });

  it('leaves what a person set for one window', async (test) => {
    const world = await deployed(test);
    await world.hands.scale({ web: 3 });
    const set = world.clock.monotonic();
    await world.clock.until('it is small again', () => wanted(world) === 1, 120_000);
    assert.ok(world.clock.monotonic() - set >= 59_000);
  });

  it('decides nothing for an app that was stopped while it was asked', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 120);
    const { decideScaling } = world.policy;
    world.policy.decideScaling = async (question, signal) => {
      world.hands.queue.stop();
      world.policy.decideScaling = decideScaling;
      return decideScaling(question, signal);
    };
    alertFrom(world);
    await world.clock.advance(2_000);
    assert.deepEqual(changes(world), []);
    const [stored] = world.store.alerts.list({ limit: 1, cursor: null }).items;
    assert.deepEqual(stored?.outcome, { kind: 'ignored', reason: 'shop-1 is stopped' });
  });

  it('goes on with the other services when one evaluation fails', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({
      web: webService(),
      api: webService({
        'x-crane': {
          scale: { min: 1, max: 4, target: { requestsPerSecond: 50 } },
        },
      }),
    });
    for (const service of ['web', 'api']) measure(world, 'requestsPerSecond', 90, service);
    const { readSignals } = world.metrics;
    world.metrics.readSignals = async (request, signal) => {
      if (request.service === 'web') throw new Error('a bug');
      return readSignals(request, signal);
    };
    const app = theApp(world)?.uniqueName ?? '';
    for (const service of ['web', 'api'])
      alertFrom(world, { fingerprint: service, labels: { app, service } });
    await world.clock.advance(1_000);
    assert.equal(world.store.targets.get(1, 'api')?.replicas, 2);
    assert.equal(world.store.alerts.pending().length, 1);
    world.metrics.readSignals = readSignals;
    await world.clock.advance(1_000);
    assert.equal(wanted(world), 2);
    assert.equal(world.store.alerts.pending().length, 0);
  });

  it('judges an alert that was stored before a crash, once', async (test) => {
    const world = await deployed(test);
    measure(world, 'requestsPerSecond', 120);
    world.kill();
    alertFrom(world);
    await world.start();
    await world.clock.until('three are wanted', () => wanted(world) === 3, 5_000);
    assert.deepEqual(changes(world), [['alert', 1, 3]]);
  });

  it('keeps its pace with many services that are idle: no look at the database for each', async (test) => {
    const world = await deployed(test);
    const evaluated = decisionsOf(world, { family: 'scaling' }).reduce(
      (sum, row) => sum + 1 + row.repeats,
      0,
    );
    await world.clock.advance(150_000);
    const later = decisionsOf(world, { family: 'scaling' }).reduce((sum, row) => sum + 1 + row.repeats, 0);
    assert.ok(later - evaluated <= 11, `${later - evaluated} evaluations in ten slow rounds`);
  });
});
