import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endOverrides, setScalingMode } from '../../actions/control-scaling.ts';
import { describeApp } from '../../actions/describe-app.ts';
import { scaleService } from '../../actions/scale-service.ts';
import {
  decisionsOf,
  endOf,
  measure,
  startedWorld,
  webService,
} from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

type Started = Awaited<ReturnType<typeof startedWorld>>;
const app = 'shop-1';

async function deployed(
  test: Parameters<typeof startedWorld>[0],
  service: Record<string, unknown> = webService(),
): Promise<Started> {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: service });
  measure(world, 'requestsPerSecond', 10);
  await world.clock.advance(90_000);
  return world;
}

const wanted = (world: World): number | undefined => world.store.targets.get(1, 'web')?.replicas;
const lastOf = (world: World) => decisionsOf(world, { family: 'scaling' }).at(-1);
const setMode = (world: World, mode: 'auto' | 'dry-run' | 'paused' | 'default'): void => {
  setScalingMode(world.actions(), world.ada, { app, mode });
};
async function hold(world: World, replicas: number, forMs: number): Promise<void> {
  const { operation } = scaleService(world.actions(), world.ada, { app, replicas: { web: replicas }, forMs });
  await endOf(world, operation);
}
const fixedService = (): Record<string, unknown> => webService({ 'x-crane': { route: 8000 } });

describe('the mode of a service', () => {
  it('decides and does not act in a dry run, then acts when it is auto again', async (test) => {
    const world = await deployed(test);
    setMode(world, 'dry-run');
    measure(world, 'requestsPerSecond', 150);
    await world.clock.advance(20_000);
    assert.equal(wanted(world), 1);
    const row = lastOf(world);
    assert.deepEqual(
      row?.clamps.map(({ bound, text }) => [bound, text]),
      [['mode', 'dry run: would be 3']],
    );
    assert.equal(row?.steering?.modeBy, 'ada');
    setMode(world, 'auto');
    await world.clock.until('it acts', () => wanted(world) === 3, 2_000);
  });

  it('holds while it is paused, through a deployment, and follows the release again on default', async (test) => {
    const world = await deployed(test);
    setMode(world, 'paused');
    await world.hands.deploy({ web: webService({ environment: ['A=1'] }) });
    measure(world, 'requestsPerSecond', 150);
    await world.clock.advance(60_000);
    assert.equal(wanted(world), 1);
    const [service] = describeApp(world.actions(), world.ada, { app }).services;
    assert.deepEqual([service?.mode, service?.modeBy], ['paused', 'ada']);
    setMode(world, 'default');
    await world.clock.until('it acts', () => wanted(world) === 3, 2_000);
  });
});

describe('an override', () => {
  it('keeps the number against the policy, then leaves the service to it', async (test) => {
    const world = await deployed(test);
    await hold(world, 4, 600_000);
    await world.clock.advance(500_000);
    assert.equal(wanted(world), 4);
    assert.deepEqual(
      lastOf(world)?.clamps.map(({ bound }) => bound),
      ['override'],
    );
    await world.clock.until('the policy decides again', () => wanted(world) === 1, 200_000);
    assert.equal(world.store.controls.get(1, 'web')?.override, null);
  });

  it('survives a deployment and a restart of Crane', async (test) => {
    const world = await deployed(test);
    await hold(world, 4, 600_000);
    await world.hands.deploy({ web: webService({ environment: ['A=1'] }) });
    world.kill();
    await world.start();
    await world.clock.advance(120_000);
    assert.equal(wanted(world), 4);
  });

  it('is ended by a person, and by a plain number', async (test) => {
    const world = await deployed(test);
    await hold(world, 4, 600_000);
    endOverrides(world.actions(), world.ada, { app, services: ['web'] });
    await world.clock.until('the policy decides again', () => wanted(world) === 1, 120_000);
    await hold(world, 4, 600_000);
    await world.hands.scale({ web: 3 });
    assert.equal(world.store.controls.get(1, 'web')?.override, null);
  });

  it('gives a service that nothing drives its former size back, as one decision', async (test) => {
    const world = await deployed(test, fixedService());
    await hold(world, 3, 60_000);
    await hold(world, 2, 60_000);
    assert.equal(wanted(world), 2);
    await world.clock.until('it is as before', () => wanted(world) === 1, 61_000);
    const rows = decisionsOf(world, { family: 'scaling' }).map(({ from, to, reason }) => [from, to, reason]);
    assert.deepEqual(rows.at(-1), [2, 1, 'the override of ada is over']);
    await world.clock.advance(5_000);
    assert.equal(lastOf(world)?.effect.status, 'done');
  });

  it('beats a pause', async (test) => {
    const world = await deployed(test);
    setMode(world, 'paused');
    await hold(world, 3, 60_000);
    await world.clock.advance(30_000);
    assert.equal(wanted(world), 3);
    await world.clock.until('it is as before', () => wanted(world) === 1, 61_000);
  });
});

describe('a schedule', () => {
  const everyHour = { appId: 1, service: 'web', timeZone: 'UTC', createdBy: 'ada', createdAt: 0 };

  it('moves the bounds while its window is open, names itself, and lets go after', async (test) => {
    const world = await deployed(test);
    world.store.schedules.create({ ...everyHour, cron: '30 * * * *', durationMs: 600_000, min: 3, max: 6 });
    world.control().nudge(1);
    await world.clock.until('the window opens', () => wanted(world) === 3, 3_600_000);
    const opened = world.clock.now() % 3_600_000;
    assert.ok(opened >= 1_800_000 && opened < 1_802_000, `${opened}`);
    const row = decisionsOf(world, { family: 'scaling' }).findLast(({ verdict }) => verdict !== 'hold');
    assert.equal(row?.clamps.at(-1)?.text, 'raised to min 3 of schedule 1 "30 * * * *" UTC');
    assert.deepEqual(row?.bounds, { min: 3, max: 6 });
    measure(world, 'requestsPerSecond', 100);
    await world.clock.until('it uses the room', () => wanted(world) === 6, 60_000);
    measure(world, 'requestsPerSecond', 1);
    await world.clock.until('the window closes', () => wanted(world) === 1, 700_000);
  });

  it('scales a service that has no signal, and gives it its size back', async (test) => {
    const world = await deployed(test, fixedService());
    world.store.schedules.create({ ...everyHour, cron: '30 * * * *', durationMs: 600_000, min: 2, max: 2 });
    world.control().nudge(1);
    await world.clock.until('the window opens', () => wanted(world) === 2, 3_600_000);
    await world.clock.until('the window closes', () => wanted(world) === 1, 602_000);
  });

  it('raises to its min while nothing can be measured, and never scales in then', async (test) => {
    const world = await deployed(test);
    world.store.schedules.create({ ...everyHour, cron: '30 * * * *', durationMs: 600_000, min: 3, max: 6 });
    world.control().nudge(1);
    measure(world, 'requestsPerSecond', null);
    await world.clock.until('the window opens', () => wanted(world) === 3, 3_600_000);
    await world.clock.advance(1_200_000);
    assert.equal(wanted(world), 3);
  });
});
