import assert from 'node:assert/strict';
import { it } from 'node:test';
import { restartDelayMs, retryDelayMs } from './backoff.ts';

it('replaces at once at first, then waits twice as long each time up to five minutes', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((restarts) => restartDelayMs(restarts)),
    [0, 1_000, 2_000, 4_000, 8_000],
  );
  assert.equal(restartDelayMs(1_000), 300_000);
});

it('waits a second after the first failure of a call, then twice as long each time up to a minute', () => {
  assert.deepEqual(
    [1, 2, 3, 7, 100].map((failures) => retryDelayMs(failures)),
    [1_000, 2_000, 4_000, 60_000, 60_000],
  );
});
