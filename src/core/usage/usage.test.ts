import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addUsage, noUsage } from './add-usage.ts';
import { cpuCoresOver, slideCpuWindow, type CpuPoint } from './cpu-window.ts';
import { cpuPercentOf, memoryPercentOf, type Usage, type UsageSample } from './usage.ts';

const sample: UsageSample = {
  at: 10_000,
  cpuSeconds: 5,
  cpuThrottledSeconds: 1,
  cpuLimitCores: 0.5,
  memoryBytes: 30,
  memoryLimitBytes: 120,
  receivedBytes: 100,
  sentBytes: 50,
  readBytes: 20,
  writtenBytes: 10,
  pids: 3,
};

function slideAll(points: readonly CpuPoint[], startedAt: number | null): CpuPoint[] {
  return points.reduce<CpuPoint[]>((window, point) => slideCpuWindow(window, point, startedAt), []);
}

describe('the cores an instance uses', () => {
  it('are not known from one sample of one that runs for long', () => {
    assert.equal(cpuCoresOver(slideAll([{ at: 60_000, cpuSeconds: 30 }], 0)), null);
  });

  it('count from the start of a young one', () => {
    assert.equal(cpuCoresOver(slideAll([{ at: 10_500, cpuSeconds: 0.25 }], 10_000)), 0.5);
  });

  it('are not known within the grain of the clocks', () => {
    assert.equal(cpuCoresOver(slideAll([{ at: 10_100, cpuSeconds: 0.09 }], 10_000)), null);
    assert.equal(cpuCoresOver([]), null);
  });

  it('are those of the last three seconds', () => {
    const busyLater = [0, 0, 0, 0, 1, 2, 3].map((cpuSeconds, second) => ({ at: second * 1000, cpuSeconds }));
    assert.equal(cpuCoresOver(slideAll(busyLater, null)), 1);
    assert.equal(cpuCoresOver(slideAll(busyLater.slice(0, 6), null)), 2 / 3);
  });

  it('are told from slow samples too', () => {
    const slow = [0, 1, 2].map((count) => ({ at: count * 8_000, cpuSeconds: count * 4 }));
    assert.equal(cpuCoresOver(slideAll(slow, null)), 0.5);
  });

  it('begin anew when the counter went back', () => {
    const points = [
      { at: 1_000, cpuSeconds: 9 },
      { at: 2_000, cpuSeconds: 10 },
      { at: 3_000, cpuSeconds: 0.2 },
    ];
    assert.equal(cpuCoresOver(slideAll(points, null)), null);
    assert.equal(cpuCoresOver(slideAll(points, 2_500)), 0.4);
  });

  it('never leave what a steady use is, however the samples come, and the window stays short', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 8, noNaN: true }), (gaps, cores) => {
        let at = 0;
        const points = gaps.map((gap) => ({ at: (at += gap), cpuSeconds: (at / 1000) * cores }));
        const window = slideAll(points, null);
        const seen = cpuCoresOver(window);
        if (seen !== null) assert.ok(Math.abs(seen - cores) < 1e-6);
        const inside = window.filter((point) => at - point.at < 3_000);
        assert.ok(window.length <= inside.length + 1);
      }),
    );
  });
});

describe('percentages', () => {
  const usage: Usage = { ...sample, cpuCores: 0.25 };

  it('are of the limits', () => {
    assert.equal(cpuPercentOf(usage), 50);
    assert.equal(memoryPercentOf(usage), 25);
  });

  it('are of one core without a CPU limit, and none without a memory limit', () => {
    assert.equal(cpuPercentOf({ ...usage, cpuLimitCores: null }), 25);
    assert.equal(memoryPercentOf({ ...usage, memoryLimitBytes: null }), null);
  });

  it('are missing while the CPU is not measured', () => {
    assert.equal(cpuPercentOf({ ...usage, cpuCores: null }), null);
  });
});

describe('what a service used', () => {
  it('grows by what each instance used since its last sample', () => {
    const total = addUsage(noUsage, null, sample);
    assert.equal(total.cpuSeconds, 5);
    const later = addUsage(total, sample, { ...sample, cpuSeconds: 5.5, receivedBytes: 110 });
    assert.deepEqual(later, { ...total, cpuSeconds: 5.5, receivedBytes: 110 });
  });

  it('never shrinks: a counter that went back began again', () => {
    const counters = fc.record({
      cpuSeconds: fc.nat(),
      receivedBytes: fc.nat(),
      sentBytes: fc.nat(),
      writtenBytes: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(counters), (changes) => {
        let previous: UsageSample | null = null;
        let total = noUsage;
        for (const change of changes) {
          const next: UsageSample = { ...sample, ...change };
          const grown = addUsage(total, previous, next);
          assert.ok(grown.cpuSeconds >= total.cpuSeconds && grown.sentBytes >= total.sentBytes);
          [previous, total] = [next, grown];
        }
      }),
    );
  });
});
