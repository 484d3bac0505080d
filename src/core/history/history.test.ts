import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planHistory } from './history.ts';

describe('the points of a history', () => {
  it('has a point a second for five minutes, the newest at the last full second', () => {
    const plan = planHistory({ now: 1_000_500, minutes: 5 });
    assert.deepEqual([plan.from, plan.to, plan.stepMs, plan.times.length], [700_000, 1_000_000, 1000, 301]);
  });

  it('gives the same times when it is asked again within a step', () => {
    assert.deepEqual(
      planHistory({ now: 1_200_000, minutes: 60 }).times,
      planHistory({ now: 1_209_999, minutes: 60 }).times,
    );
  });

  it('never has more than 361 points, equidistant, none after now', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1e12, max: 2e12 }),
        fc.integer({ min: 1, max: 20_160 }),
        (now, minutes) => {
          const { times, stepMs, to } = planHistory({ now, minutes });
          assert.ok(times.length <= 361 && times.length > 1);
          assert.ok(to <= now && times.at(-1) === to);
          assert.ok(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) === stepMs));
        },
      ),
    );
  });
});
