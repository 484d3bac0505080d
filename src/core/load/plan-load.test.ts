import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { LoadPhase } from './load.ts';
import { countPlanned, durationOf, planLoad } from './plan-load.ts';

const phase = fc.record({
  durationMs: fc.integer({ min: 1, max: 5000 }),
  fromRate: fc.integer({ min: 0, max: 500 }),
  toRate: fc.integer({ min: 0, max: 500 }),
});
const phases = fc.array(phase, { minLength: 1, maxLength: 5 });

function startsOf(plan: readonly LoadPhase[]): number[] {
  return [...planLoad(plan)];
}

describe('planned starts of a load', () => {
  test('a steady rate is one request per interval, the first at once', () => {
    assert.deepEqual(startsOf([{ durationMs: 1000, fromRate: 4, toRate: 4 }]), [0, 250, 500, 750]);
  });

  test('200 per second for 20 seconds are 4,000 requests', () => {
    assert.equal(startsOf([{ durationMs: 20_000, fromRate: 200, toRate: 200 }]).length, 4000);
  });

  test('a ramp from nothing has half the requests of its end rate, and they come closer together', () => {
    const starts = startsOf([{ durationMs: 10_000, fromRate: 0, toRate: 20 }]);
    assert.equal(starts.length, 100);
    const second = starts.filter((at) => at >= 5000).length;
    assert.equal(second, 75);
  });

  test('a pause plans nothing, and what follows begins after it', () => {
    const starts = startsOf([
      { durationMs: 1000, fromRate: 2, toRate: 2 },
      { durationMs: 3000, fromRate: 0, toRate: 0 },
      { durationMs: 1000, fromRate: 2, toRate: 2 },
    ]);
    assert.deepEqual(starts, [0, 500, 4000, 4500]);
  });

  test('fractions of a request carry over between phases', () => {
    const half = { durationMs: 500, fromRate: 1, toRate: 1 };
    assert.equal(startsOf([half, half, half, half]).length, 2);
  });

  test('starts ascend, stay within the load, and are as many as counted', () => {
    fc.assert(
      fc.property(phases, (plan) => {
        const starts = startsOf(plan);
        assert.equal(starts.length, countPlanned(plan));
        const end = durationOf(plan);
        let last = 0;
        for (const at of starts) {
          assert.ok(at >= last - 1e-6 && at <= end + 1e-6, `${at} after ${last} within ${end}`);
          last = at;
        }
      }),
    );
  });

  test('up to any moment as many requests are planned as the area under the rate says', () => {
    fc.assert(
      fc.property(phase, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
        const t = share * one.durationMs;
        const seconds = t / 1000;
        const slope = (one.toRate - one.fromRate) / (one.durationMs / 1000);
        const area = one.fromRate * seconds + (slope * seconds ** 2) / 2;
        const planned = startsOf([one]).filter((at) => at < t).length;
        assert.ok(Math.abs(planned - area) <= 1 + 1e-6, `${planned} planned, area ${area}`);
      }),
    );
  });
});
