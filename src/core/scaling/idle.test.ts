import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { advanceIdle, describeSpan, judgeIdle, type IdleClock, type Traffic } from './idle.ts';

const quiet = { idleMs: 60_000, quietMs: 60_000, connections: 0, users: [] };
const counted: Traffic = { kind: 'value', requests: 7 };

describe('the idle clock', () => {
  it('runs while the counter stands still', () => {
    const first = advanceIdle(null, counted, 100);
    assert.deepEqual(advanceIdle(first, counted, 900), { requests: 7, quietSince: 100 });
  });

  it('is set back by a request, by a router that began to count anew, and by what cannot be read', () => {
    const first = advanceIdle(null, counted, 100);
    for (const traffic of [
      { kind: 'value', requests: 8 },
      { kind: 'value', requests: 0 },
      { kind: 'missing', reason: 'down' },
    ] satisfies Traffic[])
      assert.equal(advanceIdle(first, traffic, 900).quietSince, 900);
  });

  it('begins anew after a gap, whatever was counted before it', () => {
    const blind = advanceIdle(advanceIdle(null, counted, 100), { kind: 'missing', reason: 'down' }, 200);
    assert.equal(advanceIdle(blind, counted, 300).quietSince, 300);
  });

  it('never says quiet over a stretch with a change or a gap in it', () => {
    const traffic = fc.oneof(
      fc.record({ kind: fc.constant('value' as const), requests: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ kind: fc.constant('missing' as const), reason: fc.constant('down') }),
    );
    fc.assert(
      fc.property(fc.array(traffic, { minLength: 1, maxLength: 30 }), (readings) => {
        let clock: IdleClock | null = null;
        for (const [tick, reading] of readings.entries()) clock = advanceIdle(clock, reading, tick);
        const since = readings.slice(clock?.quietSince ?? 0);
        const distinct = new Set(since.map((each) => JSON.stringify(each)));
        assert.ok(distinct.size === 1 && (since[0]?.kind === 'value' || since.length === 1));
      }),
    );
  });
});

describe('judging whether a service may sleep', () => {
  it('lets it sleep only when it was quiet for long enough and has no open connection', () => {
    assert.equal(judgeIdle({ ...quiet, traffic: counted }).awake, null);
    assert.match(
      judgeIdle({ ...quiet, traffic: counted, quietMs: 59_999 }).awake ?? '',
      /not yet idle for 1 min/,
    );
    assert.match(judgeIdle({ ...quiet, traffic: counted, connections: 2 }).awake ?? '', /2 open/);
  });

  it('keeps it awake while anything is not known', () => {
    assert.match(
      judgeIdle({ ...quiet, traffic: { kind: 'missing', reason: 'x' } }).awake ?? '',
      /cannot be seen/,
    );
    assert.match(
      judgeIdle({ ...quiet, traffic: counted, connections: null }).awake ?? '',
      /cannot be counted/,
    );
  });

  it('keeps it awake for those that need it', () => {
    const facts = judgeIdle({ ...quiet, traffic: counted, users: ['web'] });
    assert.deepEqual([facts.needed, facts.awake], ['needed by web', 'needed by web']);
  });

  it('writes spans for people', () => {
    assert.deepEqual([300_000, 90_000, 1_500].map(describeSpan), ['5 min', '90 s', '1.5 s']);
  });
});
