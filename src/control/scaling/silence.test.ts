import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addSilence, beginMaintenance, endMaintenance } from '../../actions/manage-silences.ts';
import { receiveAlerts } from '../../actions/receive-alerts.ts';
import { decisionsOf, measure, startedWorld, webService } from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

const app = 'shop-1';
async function deployed(test: Parameters<typeof startedWorld>[0]) {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: webService() });
  measure(world, 'requestsPerSecond', 10);
  await world.clock.advance(90_000);
  return world;
}
const wanted = (world: World): number | undefined => world.store.targets.get(1, 'web')?.replicas;
const fire = (world: World, name = 'CraneScaleRequestsPerSecond'): void => {
  const labels = { app, service: 'web', alertname: name };
  const at = { startsAt: world.clock.now(), endsAt: null, fingerprint: `f-${name}` };
  receiveAlerts(world.actions(), [
    { ...at, status: 'firing', name, severity: 'warning', labels, annotations: {} },
  ]);
};
const kinds = (world: World): string[] =>
  world.store.feed.since({ kind: 'all' }, 0, 1_000).map(({ kind }) => kind);

describe('a silence', () => {
  it('holds a service whose alerts fire, says who and until when, and lets go by itself', async (test) => {
    const world = await deployed(test);
    addSilence(world.actions(), world.ada, { app, service: 'web', forMs: 120_000, reason: 'test' });
    measure(world, 'requestsPerSecond', 150);
    fire(world);
    await world.clock.advance(60_000);
    assert.equal(wanted(world), 1);
    const row = decisionsOf(world, { family: 'scaling' }).find(({ trigger }) => trigger === 'alert');
    assert.equal(row?.verdict, 'hold');
    assert.match(row?.reason ?? '', /^silenced by ada until \d{4}-.*Z: test$/);
    await world.clock.until('it acts', () => wanted(world) === 3, 120_000);
    assert.ok(kinds(world).includes('silence.ended'));
  });

  it('of one alert holds what that one would cause, and nothing else', async (test) => {
    const world = await deployed(test);
    addSilence(world.actions(), world.ada, { app, alert: 'noisy*', forMs: 600_000, reason: '' });
    measure(world, 'requestsPerSecond', 150);
    fire(world, 'noisy-one');
    await world.clock.until('the loop acts on its signal', () => wanted(world) === 3, 60_000);
    const row = decisionsOf(world, { family: 'scaling' }).find(({ alert }) => alert?.name === 'noisy-one');
    assert.equal(row?.verdict, 'hold');
  });

  it('of a scaling alert takes its signal out of the loop too', async (test) => {
    const world = await deployed(test);
    addSilence(world.actions(), world.ada, { app, alert: 'CraneScale*', forMs: 600_000, reason: '' });
    measure(world, 'requestsPerSecond', 150);
    await world.clock.advance(120_000);
    assert.equal(wanted(world), 1);
  });

  it('survives a restart, and ends while nobody runs', async (test) => {
    const world = await deployed(test);
    addSilence(world.actions(), world.ada, { app, forMs: 60_000, reason: '' });
    world.kill();
    await world.clock.advance(90_000);
    await world.start();
    await world.clock.until('its end is told', () => kinds(world).includes('silence.ended'), 10_000);
    assert.deepEqual(world.store.silences.active(1, world.clock.now()), []);
  });
});

describe('maintenance', () => {
  it('holds the whole app, one at a time, until a person ends it', async (test) => {
    const world = await deployed(test);
    beginMaintenance(world.actions(), world.ada, { app, forMs: 3_600_000, reason: 'disks' });
    beginMaintenance(world.actions(), world.ada, { app, forMs: 7_200_000, reason: 'more' });
    assert.equal(world.store.silences.active(1, world.clock.now()).length, 1);
    measure(world, 'requestsPerSecond', 150);
    fire(world);
    await world.clock.advance(60_000);
    assert.equal(wanted(world), 1);
    endMaintenance(world.actions(), world.ada, { app });
    await world.clock.until('it acts', () => wanted(world) === 3, 60_000);
  });
});
