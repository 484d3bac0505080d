import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { keptHistories } from './kept-histories.ts';
import { runHistory } from './run-history.ts';
import { historyArbitrary } from './step.ts';

/**
 * `SIMULATION_RUNS` histories, 300 by default. The suite plays the same ones each time, so that it fails for a change and not by chance;
 * `SIMULATION_SEED=new` looks for others, and prints the seed that repeats them.
 */
const runs = Number(process.env['SIMULATION_RUNS'] ?? 300);
const wanted = process.env['SIMULATION_SEED'] ?? '1';
const seed = wanted === 'new' ? Date.now() % 2 ** 31 : Number(wanted);

describe('any history of requests, crashes and faults', () => {
  for (const [index, { about, history }] of keptHistories.entries())
    it(`kept ${index + 1}: ${about}`, async () => {
      assert.deepEqual(await runHistory(history), []);
    });

  it('ends with what was asked last, nothing lost, nothing twice, nothing left behind', async (test) => {
    test.diagnostic(`seed ${seed}, ${runs} histories`);
    await fc.assert(
      fc.asyncProperty(historyArbitrary, async (history) => {
        assert.deepEqual(await runHistory(history), []);
      }),
      { seed, numRuns: runs, endOnFailure: false },
    );
  });
});
