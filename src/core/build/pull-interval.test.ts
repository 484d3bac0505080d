import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPullDue, pullIntervalMs } from './pull-interval.ts';

const hour = 3_600_000;

describe('the interval of a pull policy', () => {
  it('is a day, a week, or what is written', () => {
    for (const [policy, ms] of [
      ['daily', 24 * hour],
      ['weekly', 168 * hour],
      ['every_12h', 12 * hour],
      ['every_1w2d3h', (168 + 48 + 3) * hour],
      ['every_0s', 0],
    ] as const)
      assert.equal(pullIntervalMs(policy), ms, policy);
    assert.equal(pullIntervalMs('refresh', '36h'), 36 * hour);
    for (const policy of ['refresh', 'always', 'never', 'missing', 'build', undefined])
      assert.equal(pullIntervalMs(policy), null, policy);
  });

  it('is over when so much time has passed, when nothing is known, and when the clock was put back', () => {
    const isDue = (lastAt: number | null, policy: string | undefined = 'daily'): boolean =>
      isPullDue({ policy, lastAt, now: 100 * hour });
    assert.deepEqual(
      [isDue(null), isDue(76 * hour), isDue(76 * hour + 1), isDue(101 * hour)],
      [true, true, false, true],
    );
    assert.equal(isDue(null, 'missing'), false);
    assert.ok(isPullDue({ policy: 'refresh', after: '1h', lastAt: 99 * hour, now: 100 * hour }));
  });
});
