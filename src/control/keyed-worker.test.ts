import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKeyedWorker } from './keyed-worker.ts';
import { limitParallel } from './limit-parallel.ts';

describe('the keyed worker', () => {
  it('runs one at a time for a key, and once more when it was marked meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    let [runs, atOnce, most] = [0, 0, 0];
    const worker = createKeyedWorker<string>(
      async () => {
        runs += 1;
        atOnce += 1;
        most = Math.max(most, atOnce);
        await gate.promise;
        atOnce -= 1;
      },
      () => assert.fail(),
    );
    worker.mark('a');
    await Promise.resolve();
    for (let mark = 0; mark < 5_000; mark += 1) worker.mark('a');
    gate.resolve();
    await worker.idle();
    assert.deepEqual([runs, most], [2, 1]);
  });

  it('does not let one key wait for another', async () => {
    const gate = Promise.withResolvers<void>();
    const ended: string[] = [];
    const worker = createKeyedWorker<string>(
      async (key) => {
        if (key === 'slow') await gate.promise;
        ended.push(key);
        if (key === 'quick') gate.resolve();
      },
      () => assert.fail(),
    );
    worker.mark('slow');
    worker.mark('quick');
    await worker.idle();
    assert.deepEqual(ended, ['quick', 'slow']);
  });

  it('tells of a failure and goes on', async () => {
    const failures: unknown[] = [];
    let runs = 0;
    const worker = createKeyedWorker<string>(
      async () => {
        runs += 1;
        if (runs === 1) throw new Error('once');
      },
      (key, error) => failures.push([key, String(error)]),
    );
    worker.mark('a');
    await worker.idle();
    worker.mark('a');
    await worker.idle();
    assert.deepEqual([failures, runs], [[['a', 'Error: once']], 2]);
  });

  it('takes nothing new once it is stopped, and waits for what runs', async () => {
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const worker = createKeyedWorker<string>(
      async () => {
        runs += 1;
        await gate.promise;
      },
      () => assert.fail(),
    );
    worker.mark('a');
    await Promise.resolve();
    worker.mark('a');
    const stopped = worker.stop();
    worker.mark('b');
    gate.resolve();
    await stopped;
    assert.equal(runs, 1);
  });
});

describe('limitParallel', () => {
  it('runs so many at once, the rest in order, whether they fail or not', async () => {
    const limit = limitParallel(2);
    const order: number[] = [];
    let [atOnce, most] = [0, 0];
    const ends = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((index) =>
        limit(async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          order.push(index);
          await Promise.resolve();
          atOnce -= 1;
          if (index === 2) throw new Error('two');
        }),
      ),
    );
    assert.deepEqual([order, most], [[1, 2, 3, 4, 5], 2]);
    assert.equal(ends.filter((end) => end.status === 'rejected').length, 1);
  });
});
