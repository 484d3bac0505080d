import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  activatePolicy,
  rollBackPolicy,
  savePolicy,
  setPolicyBounds,
} from '../../actions/manage-policies.ts';
import { replayDecisions } from '../../actions/replay-decision.ts';
import { defaultPolicyBounds } from '../../core/policy/policy-revision.ts';
import type { PolicyKind } from '../../core/policy/policy-text.ts';
import { decisionsOf, measure, startedWorld, webService } from '../../../test/factories/control-hands.ts';

type Started = Awaited<ReturnType<typeof startedWorld>>;

async function deployed(test: Parameters<typeof startedWorld>[0]): Promise<Started> {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: webService() });
  measure(world, 'requestsPerSecond', 10);
  await world.clock.advance(90_000);
  return world;
}

/** The shipped rules with other settings, of the app or, without one, of the platform. */
async function useSettings(world: Started, kind: PolicyKind, settings: object, app?: string): Promise<void> {
  const place = { kind, note: '', ...(app === undefined ? {} : { app }) };
  const files = [{ path: `${kind}/data.json`, text: JSON.stringify(settings) }];
  const { number } = await savePolicy(world.actions(), world.ada, { ...place, files });
  await activatePolicy(world.actions(), world.ada, { ...place, number });
}

/** Within this tolerance 55 and 95 requests for each wanted 50 are nothing to act on. */
const patient = { tolerance: 0.95, staleAfterSeconds: 5 };
const wanted = (world: Started): number | undefined => world.store.targets.get(1, 'web')?.replicas;
const lastOf = (world: Started) => decisionsOf(world, { family: 'scaling' }).at(-1);
const told = (world: Started, kind: string) =>
  world.store.feed.since({ kind: 'all' }, 0, 10_000).filter((event) => event.kind === kind);

describe("a policy of one's own", () => {
  it('decides from its activation on, names itself, and is over with a rollback', async (test) => {
    const world = await deployed(test);
    await useSettings(world, 'scaling', patient, 'shop-1');
    measure(world, 'requestsPerSecond', 90);
    await world.clock.advance(30_000);
    assert.equal(wanted(world), 1);
    const revision = world.store.policies.active({ appId: 1, kind: 'scaling' })?.revision;
    assert.equal(lastOf(world)?.policyRevision, revision);
    rollBackPolicy(world.actions(), world.ada, { app: 'shop-1', kind: 'scaling', note: '' });
    await world.clock.until('the shipped one decides', () => wanted(world) === 2, 30_000);
    assert.equal(lastOf(world)?.policyRevision, 'memory');
  });

  it('is replayed by the text that decided, whatever is in force now', async (test) => {
    const world = await deployed(test);
    await useSettings(world, 'scaling', patient);
    measure(world, 'requestsPerSecond', 90);
    await world.clock.advance(30_000);
    rollBackPolicy(world.actions(), world.ada, { kind: 'scaling', note: '' });
    measure(world, 'requestsPerSecond', 120);
    await world.clock.until('it scales', () => wanted(world) === 3, 30_000);
    const recorded = await replayDecisions(world.actions(), world.ada, { limit: 500 });
    assert.equal(recorded.differ, 0, JSON.stringify(recorded.different));
    assert.ok(recorded.replayed > 1);
    const current = await replayDecisions(world.actions(), world.ada, { limit: 500, policy: 'current' });
    assert.ok(current.differ > 0);
  });

  it('S81 holds when it gives nothing usable, says so once, and once when it is well again', async (test) => {
    const world = await deployed(test);
    await useSettings(world, 'scaling', patient, 'shop-1');
    world.policy.fail('policy.bad_output');
    measure(world, 'requestsPerSecond', 500);
    await world.clock.advance(60_000);
    assert.equal(wanted(world), 1);
    const row = lastOf(world);
    const revision = world.store.policies.active({ appId: 1, kind: 'scaling' })?.revision ?? '';
    assert.deepEqual([row?.verdict, row?.policyRevision, row?.answer], ['hold', revision, null]);
    assert.match(row?.reason ?? '', new RegExp(`^policy ${revision} gave no usable answer`));
    assert.equal(told(world, 'policy.failed').length, 1);
    world.policy.fail(null);
    await world.clock.until('it decides again', () => (wanted(world) ?? 0) > 1, 30_000);
    assert.equal(told(world, 'policy.recovered').length, 1);
  });

  it('of an app adds no more at once than an admin lets it', async (test) => {
    const world = await deployed(test);
    setPolicyBounds(world.actions(), world.ada, { ...defaultPolicyBounds, mostAtOnce: 1 });
    await useSettings(world, 'scaling', { tolerance: 0.1, staleAfterSeconds: 6 }, 'shop-1');
    measure(world, 'requestsPerSecond', 500);
    await world.clock.until('it scales', () => (wanted(world) ?? 1) > 1, 30_000);
    assert.equal(wanted(world), 2);
    const row = decisionsOf(world, { family: 'scaling' }).findLast(({ verdict }) => verdict === 'scale-out');
    assert.deepEqual(row?.clamps[0]?.bound, 'step');
    assert.equal(row?.steering?.mostAtOnce, 1);
    const { differ } = await replayDecisions(world.actions(), world.ada, { limit: 500 });
    assert.equal(differ, 0);
  });
});
