import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countRestarts, type PastHealing } from './count-restarts.ts';

const past = (...slots: number[]): PastHealing[] => slots.map((slot, at) => ({ at, release: 1, slot }));
const of = { release: 1, slot: 1, replicas: 1, since: 0 };

describe('countRestarts', () => {
  it('counts what happened to the same slot', () => {
    assert.equal(countRestarts(past(1, 1, 1), of), 3);
  });

  it('counts a loop that moves between slots', () => {
    assert.equal(countRestarts(past(1, 2, 1, 2), of), 4);
  });

  it('does not take many that died together for a loop', () => {
    assert.equal(countRestarts(past(1, 2, 3, 4, 5, 6, 7, 8, 9), { ...of, slot: 10, replicas: 10 }), 0);
    assert.equal(countRestarts(past(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), { ...of, slot: 10, replicas: 10 }), 1);
  });

  it('counts one bad instance among many', () => {
    assert.equal(countRestarts(past(3, 3, 3, 3), { ...of, slot: 3, replicas: 10 }), 4);
  });

  it('forgets what is long ago or of another release', () => {
    assert.equal(countRestarts(past(1, 1, 1), { ...of, since: 2 }), 1);
    assert.equal(countRestarts(past(1, 1, 1), { ...of, release: 2 }), 0);
  });
});
