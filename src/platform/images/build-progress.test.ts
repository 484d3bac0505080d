import { assert as check, integer, property } from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { estimateRemaining } from './build-progress.ts';

const second = 1000;

test('before the first package the usual time is what remains', () => {
  const state = { done: 0, total: 500, elapsedMs: 5 * second, expectedMs: 60 * second, linkMs: 2 * second };
  assert.equal(estimateRemaining(state), 55 * second);
});

test('half way at half the usual pace, more than the usual rest remains', () => {
  const state = { done: 250, total: 500, elapsedMs: 60 * second, expectedMs: 60 * second, linkMs: 0 };
  assert.equal(estimateRemaining(state), 30 * second);
});

test('after the last package, linking remains', () => {
  const state = {
    done: 500,
    total: 500,
    elapsedMs: 90 * second,
    expectedMs: 60 * second,
    linkMs: 2 * second,
  };
  assert.equal(estimateRemaining(state), 2 * second);
});

test('the estimate is a whole number of milliseconds and never negative', () => {
  const time = integer({ min: 0, max: 3_600_000 });
  const packages = integer({ min: 0, max: 5000 });
  check(
    property(packages, packages, time, time, time, (done, total, elapsedMs, expectedMs, linkMs) => {
      const remaining = estimateRemaining({ done, total, elapsedMs, expectedMs, linkMs });
      assert.ok(Number.isSafeInteger(remaining) && remaining >= linkMs);
    }),
  );
});
