import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFailureLimiter } from './failure-limiter.ts';

describe('the limiter of failures', () => {
  it('lets a burst pass, then one in each refill time', () => {
    const limiter = createFailureLimiter({ burst: 2, refillMs: 1_000, maxPeers: 10 });
    assert.deepEqual(
      [0, 0, 0, 500, 1_000, 1_000].map((now) => limiter.fail('a', now)),
      [null, null, 1, 1, null, 1],
    );
  });

  it('keeps peers apart, and forgets the one seen longest ago', () => {
    const limiter = createFailureLimiter({ burst: 1, refillMs: 1_000, maxPeers: 2 });
    assert.equal(limiter.fail('a', 0), null);
    assert.equal(limiter.fail('b', 0), null);
    assert.equal(limiter.fail('a', 0), 1);
    assert.equal(limiter.fail('c', 0), null);
    assert.equal(limiter.fail('a', 0), 1);
    assert.equal(limiter.fail('b', 0), null);
  });

  it('is not fooled by a clock that jumps back', () => {
    const limiter = createFailureLimiter({ burst: 1, refillMs: 1_000, maxPeers: 2 });
    assert.equal(limiter.fail('a', 5_000), null);
    assert.equal(limiter.fail('a', 1_000), 1);
  });
});
