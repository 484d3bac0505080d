import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firingsOf, ownerRuleSchema } from './owner-rule.ts';

const points = (text: string) =>
  Array.from(text, (char, index) => ({ at: index * 1_000, holds: char === '#' }));

describe('firingsOf', () => {
  it('begins once the condition held long enough, and ends with it', () => {
    assert.deepEqual(firingsOf(points('..####..'), 2_000), [{ from: 4_000, to: 6_000 }]);
  });

  it('begins at once without a wait, and may go on to the end', () => {
    assert.deepEqual(firingsOf(points('#.##'), 0), [
      { from: 0, to: 1_000 },
      { from: 2_000, to: null },
    ]);
  });

  it('never begins while each stretch is too short', () => {
    assert.deepEqual(firingsOf(points('##.##.##'), 2_000), []);
    assert.deepEqual(firingsOf([], 0), []);
  });
});

describe('an owner rule', () => {
  const rule = { kind: 'promql', name: 'slow', service: 'web', forMs: 0, severity: 'info', expr: 'up == 0' };
  it('has a plain name and no unknown members', () => {
    assert.equal(ownerRuleSchema.safeParse(rule).success, true);
    for (const change of [
      { name: 'Slow' },
      { name: '{{x}}' },
      { expr: '' },
      { severity: 'page' },
      { app: 'x' },
    ])
      assert.equal(ownerRuleSchema.safeParse({ ...rule, ...change }).success, false, JSON.stringify(change));
  });
});
