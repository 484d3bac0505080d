import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { forgottenReleases } from './forgotten-releases.ts';

describe('forgottenReleases', () => {
  it('keeps the newest and those in use', () => {
    const numbers = [5, 1, 2, 3, 4];
    assert.deepEqual(forgottenReleases({ numbers, keep: 2, inUse: [] }), [1, 2, 3]);
    assert.deepEqual(forgottenReleases({ numbers, keep: 2, inUse: [2, null, 5] }), [1, 3]);
    assert.deepEqual(forgottenReleases({ numbers, keep: 5, inUse: [] }), []);
    assert.deepEqual(forgottenReleases({ numbers: [], keep: 1, inUse: [null] }), []);
  });

  it('never names one in use nor the newest, and a second time nothing', () => {
    const set = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 60 });
    fc.assert(
      fc.property(set, fc.integer({ min: 0, max: 30 }), set, (numbers, keep, inUse) => {
        const forgotten = new Set(forgottenReleases({ numbers, keep, inUse }));
        const left = numbers.filter((number) => !forgotten.has(number));
        assert.ok(inUse.every((number) => !forgotten.has(number)));
        if (numbers.length > 0) assert.ok(left.includes(Math.max(...numbers)));
        assert.ok(left.length <= Math.max(1, keep) + inUse.length);
        assert.deepEqual(forgottenReleases({ numbers: left, keep, inUse }), []);
      }),
    );
  });
});
