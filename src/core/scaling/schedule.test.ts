import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CraneError } from '../error/crane-error.ts';
import { checkSchedule, nextScheduleChange, openWindow, type ScalingSchedule } from './schedule.ts';

const hour = 3_600_000;
const schedule = (change: Partial<ScalingSchedule> = {}): ScalingSchedule => ({
  id: 1,
  appId: 1,
  service: 'web',
  cron: '0 8 * * 1-5',
  timeZone: 'Europe/Vienna',
  durationMs: 10 * hour,
  min: 3,
  max: 8,
  createdBy: 'ada',
  createdAt: 0,
  ...change,
});
const at = (text: string): number => Date.parse(text);
const opens = (list: ScalingSchedule[], text: string): number | undefined => openWindow(list, at(text))?.id;

describe('openWindow', () => {
  it('is open from its opening, and no longer at its end', () => {
    const list = [schedule()];
    // Vienna is two hours ahead of UTC in summer.
    assert.equal(opens(list, '2026-07-01T05:59:59.999Z'), undefined);
    assert.equal(opens(list, '2026-07-01T06:00:00Z'), 1);
    assert.equal(opens(list, '2026-07-01T15:59:59.999Z'), 1);
    assert.equal(opens(list, '2026-07-01T16:00:00Z'), undefined);
  });

  it('follows the clock of its place through summer and winter', () => {
    assert.equal(openWindow([schedule()], at('2026-03-27T12:00:00Z'))?.since, at('2026-03-27T07:00:00Z'));
    assert.equal(openWindow([schedule()], at('2026-03-30T12:00:00Z'))?.since, at('2026-03-30T06:00:00Z'));
  });

  it('is closed on days that its expression leaves out', () => {
    assert.equal(opens([schedule()], '2026-07-04T10:00:00Z'), undefined);
  });

  it('opens an hour the clock skips in spring when the clock goes on, and one that comes twice once', () => {
    const nightly = [schedule({ cron: '30 2 * * *', durationMs: 0.5 * hour })];
    assert.equal(openWindow(nightly, at('2026-03-29T01:10:00Z'))?.since, at('2026-03-29T01:00:00Z'));
    assert.equal(openWindow(nightly, at('2026-10-25T00:40:00Z'))?.since, at('2026-10-25T00:30:00Z'));
    assert.equal(opens(nightly, '2026-10-25T01:40:00Z'), undefined);
  });

  it('is as long as any other over a change of clocks', () => {
    const night = schedule({ cron: '0 22 * * *', durationMs: 8 * hour });
    const window = openWindow([night], at('2026-03-29T02:00:00Z'));
    assert.equal((window?.until ?? 0) - (window?.since ?? 0), 8 * hour);
  });

  it('lets the window that opened last decide, and of two at once the newer schedule', () => {
    const day = schedule({ id: 1, cron: '0 0 * * *', durationMs: 24 * hour });
    const noon = schedule({ id: 2, cron: '0 12 * * *', durationMs: hour });
    const other = schedule({ id: 3, cron: '0 12 * * *', durationMs: hour });
    assert.equal(opens([noon, day], '2026-07-01T10:30:00Z'), 2);
    assert.equal(opens([day, noon], '2026-07-01T11:30:00Z'), 1);
    assert.equal(opens([other, noon], '2026-07-01T10:30:00Z'), 3);
  });

  it('knows when the bounds change next', () => {
    assert.equal(nextScheduleChange([], 0), null);
    const before = at('2026-07-01T05:00:00Z');
    assert.equal(nextScheduleChange([schedule()], before), at('2026-07-01T06:00:00Z'));
    assert.equal(nextScheduleChange([schedule()], at('2026-07-01T06:00:00Z')), at('2026-07-01T16:00:00Z'));
  });

  it('never changes between two changes that it tells', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2026-01-01'), max: at('2027-01-01') }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (now, share) => {
          const list = [schedule(), schedule({ id: 2, cron: '30 2 * * *', durationMs: 3 * hour })];
          const next = nextScheduleChange(list, now) ?? now;
          const between = Math.floor(now + (next - now) * share);
          assert.deepEqual(openWindow(list, between), openWindow(list, now));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('checkSchedule', () => {
  const refused = (change: Partial<ScalingSchedule>): string[] => {
    try {
      checkSchedule(schedule(change), at('2026-01-01'));
    } catch (error) {
      assert.ok(error instanceof CraneError && error.code === 'input.invalid');
      return error.facts.errors?.map(({ pointer }) => pointer ?? '') ?? [];
    }
    return [];
  };

  it('takes five fields, names of days and any named time zone', () => {
    assert.deepEqual(refused({}), []);
    assert.deepEqual(refused({ cron: '*/15 8-18 * * MON-FRI', timeZone: 'UTC' }), []);
  });

  it('refuses what is no expression, never comes, or has seconds', () => {
    for (const cron of [
      '',
      'x',
      '99 8 * * *',
      '0 0 30 2 *',
      '0 0 8 * * 1-5',
      '2026-12-24T08:00:00',
      '* * * *',
    ])
      assert.deepEqual(refused({ cron }), ['/cron'], cron);
  });

  it('refuses unknown time zones and offsets', () => {
    for (const timeZone of ['Mars/X', '+02:00', '', 'Europe/Vienna"'])
      assert.deepEqual(refused({ timeZone }), ['/timeZone'], timeZone);
  });

  it('refuses bounds the wrong way round, and windows of no length, all at once', () => {
    assert.deepEqual(refused({ min: 3, max: 2, durationMs: 0 }), ['/durationMs', '/max']);
  });
});
