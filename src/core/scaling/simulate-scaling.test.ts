import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ScaleSettings } from '../compose/scale-settings.ts';
import { samplePhases, samplePoints, type CurvePhase } from './load-curve.ts';
import type { ScalingQuestion, ScalingVerdict } from './scaling.ts';
import { simulateScaling, summarise, type SimulatedStep, type SimulationInput } from './simulate-scaling.ts';

const scale: ScaleSettings = {
  min: 1,
  max: 5,
  targets: { requestsPerSecond: 50 },
  cooldownUpMs: 3_000,
  cooldownDownMs: 10_000,
  idleMs: 300_000,
  stabilizationMs: 60_000,
  mode: 'auto',
};

/** The HPA's formula on the sum, with its tolerance; the shipped policy is tested on its own. */
async function decide({ replicas, signals, targets }: ScalingQuestion): Promise<ScalingVerdict> {
  const [signal] = signals;
  const answer = { perSignal: {}, policyRevision: 'r1' };
  if (signal === undefined || signal.kind === 'missing')
    return { ...answer, target: null, reason: 'nothing measured' };
  const sum = signal.value * Math.max(1, replicas.ready);
  const target = targets[signal.name] ?? 1;
  const ratio = sum / (Math.max(1, replicas.desired) * target);
  const wish = Math.abs(ratio - 1) <= 0.1 ? replicas.desired : Math.ceil(sum / target - 1e-9) || 0;
  return { ...answer, target: wish, reason: `${signal.value}` };
}

async function run(
  phases: readonly CurvePhase[],
  change: Partial<SimulationInput> = {},
): Promise<SimulatedStep[]> {
  const input: SimulationInput = {
    app: 'shop-1',
    service: 'web',
    scale,
    control: null,
    schedules: [],
    startAt: 0,
    replicas: 1,
    readyMs: 1_000,
    stepMs: 1_000,
    fastLoopMs: 1_000,
    slowLoopMs: 15_000,
    curves: { requestsPerSecond: samplePhases(phases, 1_000) },
    ...change,
  };
  const steps: SimulatedStep[] = [];
  for await (const step of simulateScaling(input, decide)) steps.push(step);
  return steps;
}
const flat = (value: number, seconds: number): CurvePhase => ({
  durationMs: seconds * 1000,
  from: value,
  to: value,
  periodMs: null,
});
const changes = (steps: readonly SimulatedStep[]): number[][] =>
  steps.flatMap(({ atMs, replicas, evaluated }) =>
    evaluated !== null && evaluated.from !== replicas ? [[atMs / 1000, evaluated.from, replicas]] : [],
  );

describe('a simulation', () => {
  it('scales out at the edge of an alert, and in after the stabilisation window', async () => {
    const steps = await run([flat(10, 20), flat(190, 60), flat(10, 120)]);
    assert.deepEqual(changes(steps), [
      [20, 1, 4],
      [140, 4, 1],
    ]);
    assert.equal(steps.at(20)?.ready, 1);
    assert.equal(steps.at(21)?.ready, 4);
  });

  it('sleeps after its idle time, and is woken by the first request', async () => {
    const sleepy = { ...scale, min: 0, idleMs: 90_000 };
    const steps = await run([flat(20, 60), flat(0, 300), flat(20, 30)], { scale: sleepy });
    assert.deepEqual(changes(steps), [
      [150, 1, 0],
      [360, 0, 1],
    ]);
    assert.equal(steps[150]?.evaluated?.reason, 'idle for 90 s');
    assert.equal(steps[360]?.evaluated?.reason, 'woken by a request');
  });

  it('is the same each time', async () => {
    const phases = [{ durationMs: 120_000, from: 0, to: 500, periodMs: null }];
    assert.deepEqual(await run(phases), await run(phases));
  });

  it('follows a ramp in steps, never beyond max, and names what cut', async () => {
    const steps = await run([{ durationMs: 300_000, from: 0, to: 500, periodMs: null }]);
    const sizes = changes(steps).map(([, , to]) => to);
    assert.deepEqual(sizes, [2, 3, 4, 5]);
    assert.equal(steps.at(-1)?.evaluated?.clamps.at(-1)?.text, 'capped by max 5');
  });

  it('changes at most once in a window under a sawtooth of the cooldown', async () => {
    const teeth = Array.from({ length: 180 }, () => [flat(190, 5), flat(10, 5)]).flat();
    assert.deepEqual(changes(await run(teeth)), [[0, 1, 4]]);
  });

  it('changes once in a whole day of teeth as long as a cooldown', async () => {
    for (const seconds of [scale.cooldownUpMs / 1000, scale.cooldownDownMs / 1000]) {
      const tooth = [flat(190, seconds), flat(10, seconds)];
      const day = Array.from({ length: 43_200 / seconds }, () => tooth).flat();
      const steps = await run(day);
      assert.ok((steps.at(-1)?.atMs ?? 0) > 86_000_000);
      assert.deepEqual(changes(steps), [[0, 1, 4]], `teeth of ${seconds} s`);
    }
  });

  it('only decides in a dry run, and holds while nothing is measured', async () => {
    const dry = await run([flat(190, 30)], { scale: { ...scale, mode: 'dry-run' } });
    assert.deepEqual(changes(dry), []);
    assert.equal(dry[0]?.evaluated?.clamps[0]?.text, 'dry run: would be 4');
    const blind = samplePoints(
      [
        { atMs: 0, value: 190 },
        { atMs: 5_000, value: null },
        { atMs: 200_000, value: null },
      ],
      1_000,
    );
    const steps = await run([], { curves: { requestsPerSecond: blind } });
    assert.deepEqual(changes(steps), [[0, 1, 4]]);
  });

  it('opens windows by the clock of the day', async () => {
    const schedule = {
      id: 1,
      appId: 1,
      service: 'web',
      cron: '1 0 * * *',
      timeZone: 'UTC',
      durationMs: 60_000,
      min: 3,
      max: 5,
      createdBy: 'ada',
      createdAt: 0,
    };
    const steps = await run([flat(10, 240)], { schedules: [schedule] });
    const [open, close] = changes(steps);
    assert.deepEqual([open, close?.[2]], [[60, 1, 3], 1]);
  });

  it('is summed up in changes and replica-hours', async () => {
    const steps = await run([flat(190, 3_599)]);
    const {
      changes: count,
      most,
      least,
      replicaHours,
      replicaHoursAtMax,
    } = summarise(steps, {
      stepMs: 1_000,
      max: 5,
    });
    assert.deepEqual([count, most, least, replicaHours, replicaHoursAtMax], [1, 4, 4, 4, 5]);
  });
});

describe('a curve', () => {
  const values = (phase: CurvePhase, stepMs: number): (number | null)[] =>
    samplePhases([phase], stepMs).map(({ value }) => (value === null ? null : Math.round(value)));

  it('is a straight line, or a wave that begins at its first value', () => {
    assert.deepEqual(
      values({ durationMs: 4_000, from: 0, to: 100, periodMs: null }, 1_000),
      [0, 25, 50, 75, 100],
    );
    assert.deepEqual(
      values({ durationMs: 4_000, from: 0, to: 100, periodMs: 4_000 }, 1_000),
      [0, 50, 100, 50, 0],
    );
  });

  it('goes from phase to phase', () => {
    const points = samplePhases([flat(1, 2), flat(9, 2)], 1_000);
    assert.deepEqual(
      points.map(({ value }) => value),
      [1, 1, 9, 9, 9],
    );
  });

  it('holds each point of a recording until the next, and has nothing before the first', () => {
    const points = samplePoints(
      [
        { atMs: 1_000, value: 5 },
        { atMs: 2_500, value: 7 },
      ],
      1_000,
    );
    assert.deepEqual(
      points.map(({ value }) => value),
      [null, 5, 5],
    );
  });
});
