import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CraneError } from '../error/crane-error.ts';
import { chaosKinds, judgeChecks, parseChecks, planChaos, type ChaosTarget } from './chaos.ts';

const target = (id: string, change: Partial<ChaosTarget> = {}): ChaosTarget => ({
  id,
  instance: `web-1-${id}`,
  cpuLimitCores: 0.5,
  memoryLimitBytes: 64 * 1024 ** 2,
  memoryBytes: 10 * 1024 ** 2,
  ...change,
});

describe('a plan of chaos', () => {
  it('undoes everything that it does, by the same instance, and touches nobody else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...chaosKinds), fc.integer({ min: 1, max: 5 }), (kind, count) => {
        const targets = Array.from({ length: count }, (_, index) => target(String(index)));
        const { kills, disturbs, undo } = planChaos(kind, targets);
        assert.deepEqual(
          undo.map(({ id }) => id),
          disturbs.map(({ id }) => id),
        );
        const known = targets.map(({ id }) => id);
        assert.ok([...kills, ...disturbs].every(({ id }) => known.includes(id)));
        assert.ok(kills.length + disturbs.length > 0);
      }),
    );
  });

  it('gives limits back exactly', () => {
    const { disturbs, undo } = planChaos('cpu', [target('1')]);
    assert.deepEqual(disturbs[0]?.with, { kind: 'limit-cpu', cores: 0.05 });
    assert.deepEqual(undo[0]?.undo, { kind: 'limit-cpu', cores: 0.5 });
  });

  it('does nothing where there is nobody, or no limit to go back to', () => {
    assert.throws(() => planChaos('kill-one', []), CraneError);
    assert.throws(() => planChaos('cpu', [target('1', { cpuLimitCores: null })]), CraneError);
  });
});

describe('checks', () => {
  it('are read in short words', () => {
    assert.deepEqual(parseChecks('p95<200ms, errors<1%,inFlight<10'), [
      { signal: 'p95Ms', below: 200 },
      { signal: 'errorRate', below: 0.01 },
      { signal: 'inFlight', below: 10 },
    ]);
    for (const wrong of ['', 'p95', 'p95>1', 'speed<1', 'p95<x']) assert.equal(parseChecks(wrong), null);
  });

  it('are broken by one worse value, and unknown when nothing was seen', () => {
    const checks = [{ signal: 'p95Ms' as const, below: 200 }];
    const seen = { signal: 'p95Ms' as const, readings: 3, missing: 1 };
    assert.equal(judgeChecks(checks, [{ ...seen, worst: 199 }]).verdict, 'held');
    assert.equal(judgeChecks(checks, [{ ...seen, worst: 200 }]).verdict, 'broken');
    assert.equal(judgeChecks(checks, [{ ...seen, worst: null }]).verdict, 'unknown');
    assert.equal(judgeChecks([], []).verdict, 'unknown');
  });
});
