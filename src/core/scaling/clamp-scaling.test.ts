import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clampScaling } from './clamp-scaling.ts';
import { recordRecommendation, type Recommendation } from './recommendations.ts';
import type { ScalingBounds } from './scaling.ts';

const bounds: ScalingBounds = {
  min: 1,
  max: 5,
  cooldownUpMs: 3_000,
  cooldownDownMs: 10_000,
  stabilizationMs: 60_000,
};
type Request = Parameters<typeof clampScaling>[0];

function ask(
  change: Omit<Partial<Request>, 'verdict'> & { target: number | null },
): ReturnType<typeof clampScaling> {
  const { target, ...rest } = change;
  return clampScaling({
    verdict: { target, reason: 'because', perSignal: {}, policyRevision: 'r1' },
    bounds,
    mode: 'auto',
    current: 2,
    recommendations: target === null ? [] : [{ at: 100_000, target }],
    sinceLastUpMs: null,
    sinceLastDownMs: null,
    now: 100_000,
    ...rest,
  });
}

describe('clampScaling', () => {
  it('scales out to what the policy wishes', () => {
    assert.deepEqual(ask({ target: 4 }), { kind: 'scale', from: 2, to: 4, reason: 'because', clamps: [] });
  });

  it('holds when the policy has no opinion, whatever the bounds say', () => {
    assert.deepEqual(ask({ target: null, current: 9 }), {
      kind: 'hold',
      at: 9,
      reason: 'because',
      clamps: [],
    });
  });

  it('names max when it caps', () => {
    const decision = ask({ target: 9 });
    assert.equal(decision.kind === 'scale' && decision.to, 5);
    assert.deepEqual(decision.clamps, [{ bound: 'max', from: 9, to: 5, text: 'capped by max 5' }]);
  });

  it("names the owner's quota when that caps, and takes nothing away by it", () => {
    const quota = { most: 3, text: 'at most 10 instances' };
    const decision = ask({ target: 5, quota });
    assert.equal(decision.kind === 'scale' && decision.to, 3);
    const text = 'capped by quota 3: at most 10 instances';
    assert.deepEqual(decision.clamps, [{ bound: 'quota', from: 5, to: 3, text }]);
    assert.equal(ask({ target: 5, current: 4, quota }).kind, 'hold');
    assert.deepEqual(ask({ target: 4, current: 4, quota }).clamps, []);
  });

  it('raises to min even when the policy wishes less', () => {
    const decision = ask({ target: 0, bounds: { ...bounds, min: 2 }, current: 3 });
    assert.deepEqual(decision, {
      kind: 'scale',
      from: 3,
      to: 2,
      reason: 'because',
      clamps: [{ bound: 'min', from: 0, to: 2, text: 'raised to min 2' }],
    });
  });

  it('scales in only to the highest recommendation of the window', () => {
    const decision = ask({
      target: 1,
      current: 4,
      recommendations: [
        { at: 50_000, target: 3 },
        { at: 100_000, target: 1 },
      ],
    });
    assert.equal(decision.kind === 'scale' && decision.to, 3);
    assert.equal(decision.clamps[0]?.bound, 'stabilization');
  });

  it('forgets a recommendation once it has left the window', () => {
    const decision = ask({
      target: 1,
      current: 4,
      recommendations: [
        { at: 39_999, target: 4 },
        { at: 100_000, target: 1 },
      ],
    });
    assert.equal(decision.kind === 'scale' && decision.to, 1);
  });

  it('waits for the cooldown after a scale out before the next one', () => {
    const decision = ask({ target: 4, sinceLastUpMs: 2_999 });
    assert.equal(decision.kind, 'hold');
    assert.equal(decision.clamps[0]?.bound, 'cooldown-up');
    assert.equal(ask({ target: 4, sinceLastUpMs: 3_000 }).kind, 'scale');
  });

  it('does not scale in right after any change', () => {
    assert.equal(ask({ target: 1, sinceLastUpMs: 9_999 }).kind, 'hold');
    assert.equal(ask({ target: 1, sinceLastDownMs: 9_999, sinceLastUpMs: 50_000 }).kind, 'hold');
    assert.equal(ask({ target: 1, sinceLastDownMs: 10_000, sinceLastUpMs: 10_000 }).kind, 'scale');
  });

  it('decides and does not act in a dry run, and says what it would do', () => {
    const decision = ask({ target: 4, mode: 'dry-run' });
    assert.equal(decision.kind, 'hold');
    assert.equal(decision.clamps.at(-1)?.text, 'dry run: would be 4');
  });

  it('never leaves the bounds when it moves, and never moves up and down past its wish', () => {
    const wish = fc.option(fc.integer({ min: 0, max: 20 }), { nil: null });
    fc.assert(
      fc.property(
        wish,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 20_000 }),
        fc.array(
          fc.record({ at: fc.integer({ min: 0, max: 100_000 }), target: fc.integer({ min: 0, max: 20 }) }),
        ),
        (target, current, since, recommendations) => {
          const decision = ask({
            target,
            current,
            sinceLastUpMs: since,
            sinceLastDownMs: since,
            recommendations,
          });
          if (decision.kind === 'hold') return decision.at === current;
          return decision.to >= bounds.min && decision.to <= bounds.max && decision.to !== current;
        },
      ),
    );
  });

  it('changes at most once in a window under a sawtooth at the frequency of its cooldown, for a day', () => {
    let [current, recommendations] = [1, [] as readonly Recommendation[]];
    let [lastUpAt, lastDownAt]: (number | null)[] = [null, null];
    const changes: number[] = [];
    const since = (now: number, at: number | null | undefined): number | null =>
      at === null || at === undefined ? null : now - at;
    for (let now = 0; now < 86_400_000; now += 1_000) {
      const target = Math.floor(now / bounds.cooldownDownMs) % 2 === 0 ? 1 : 4;
      recommendations = recordRecommendation(recommendations, { at: now, target }, bounds.stabilizationMs);
      const decision = ask({
        target,
        current,
        recommendations,
        sinceLastUpMs: since(now, lastUpAt),
        sinceLastDownMs: since(now, lastDownAt),
        now,
      });
      if (decision.kind === 'hold') continue;
      changes.push(now);
      if (decision.to > decision.from) lastUpAt = now;
      else lastDownAt = now;
      current = decision.to;
    }
    const gaps = changes.slice(1).map((at, index) => at - (changes[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= bounds.stabilizationMs),
      gaps.join(),
    );
    assert.equal(current, 4);
  });
});

describe('what people set beside the policy', () => {
  const override = { replicas: 5, until: 1_000_000, by: 'ada', previous: 2 };
  const window = {
    id: 3,
    cron: '0 8 * * 1-5',
    timeZone: 'Europe/Vienna',
    min: 3,
    max: 8,
    since: 0,
    until: 9_000,
  };

  it('beats policy, bounds, cooldown and mode with an override, and names it', () => {
    const decision = ask({
      target: 1,
      override,
      mode: 'paused',
      sinceLastUpMs: 1,
      bounds: { ...bounds, max: 4 },
    });
    assert.deepEqual(decision, {
      kind: 'scale',
      from: 2,
      to: 5,
      reason: 'because',
      clamps: [{ bound: 'override', from: 1, to: 5, text: 'held at 5 by ada until 1970-01-01T00:16:40Z' }],
    });
  });

  it('holds an override while nothing is measured', () => {
    const decision = ask({ target: null, current: 5, override });
    assert.deepEqual(decision, { kind: 'hold', at: 5, reason: 'because', clamps: [] });
  });

  it('names the window whose bound cut', () => {
    const open = { ...bounds, min: 3, max: 8 };
    const text = (target: number): string | undefined =>
      ask({ target, bounds: open, window }).clamps[0]?.text;
    assert.equal(text(9), 'capped by max 8 of schedule 3 "0 8 * * 1-5" Europe/Vienna');
    assert.equal(text(1), 'raised to min 3 of schedule 3 "0 8 * * 1-5" Europe/Vienna');
  });

  it('is raised to the min of a window even while nothing is measured', () => {
    const decision = ask({ target: null, current: 1, bounds: { ...bounds, min: 3 }, window });
    assert.deepEqual(decision.kind === 'scale' && decision.to, 3);
  });
});
