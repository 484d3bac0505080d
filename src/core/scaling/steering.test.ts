import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSteered, steer, type Override } from './steering.ts';

const scale = { mode: 'auto', min: 1, max: 3 } as const;
const override: Override = { replicas: 5, until: 2_000, by: 'ada', previous: 1 };
const always = {
  id: 1,
  appId: 1,
  service: 'web',
  cron: '* * * * *',
  timeZone: 'UTC',
  durationMs: 120_000,
  min: 4,
  max: 8,
  createdBy: 'ada',
  createdAt: 0,
};

describe('steer', () => {
  it('is what the release says when nobody set anything', () => {
    assert.deepEqual(steer({ scale, control: null, schedules: [], now: 0 }), {
      mode: 'auto',
      modeBy: null,
      override: null,
      window: null,
      min: 1,
      max: 3,
      changesAt: null,
    });
  });

  it('puts the mode of a person over that of the release', () => {
    const control = { mode: 'paused', modeBy: 'ada', override: null } as const;
    const { mode, modeBy } = steer({ scale, control, schedules: [], now: 0 });
    assert.deepEqual([mode, modeBy], ['paused', 'ada']);
  });

  it('forgets an override at its end, and tells when that is', () => {
    const control = { mode: null, modeBy: null, override };
    const at = (now: number): unknown[] => {
      const steering = steer({ scale, control, schedules: [], now });
      return [steering.override, steering.changesAt];
    };
    assert.deepEqual(at(1_999), [override, 2_000]);
    assert.deepEqual(at(2_000), [null, null]);
  });

  it('takes the bounds of the open window', () => {
    const { min, max, window } = steer({ scale, control: null, schedules: [always], now: 600_000 });
    assert.deepEqual([min, max, window?.id], [4, 8, 1]);
  });
});

describe('isSteered', () => {
  const targets = { requestsPerSecond: 50 };
  it('needs a signal and room, or a schedule', () => {
    assert.equal(isSteered({ targets, min: 1, max: 3 }, 0), true);
    assert.equal(isSteered({ targets, min: 2, max: 2 }, 0), false);
    assert.equal(isSteered({ targets: {}, min: 1, max: 3 }, 0), false);
    assert.equal(isSteered({ targets: {}, min: 1, max: 1 }, 1), true);
  });
});
