import assert from 'node:assert/strict';
import { it } from 'node:test';
import { boundHealing } from './bound-healing.ts';

const bound = (recentRestarts: number, delayMs = 0): number | null =>
  boundHealing({ action: 'replace', delayMs }, { recentRestarts, quickReplacements: 3 })?.to ?? null;

it("lets an app's own policy replace a few times at once, then waits longer each time", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((restarts) => bound(restarts)),
    [null, null, null, 1_000, 2_000, 4_000],
  );
});

it('leaves a policy alone that waits longer, or gives up', () => {
  assert.equal(bound(4, 2_000), null);
  assert.equal(
    boundHealing({ action: 'give-up', delayMs: 0 }, { recentRestarts: 9, quickReplacements: 0 }),
    null,
  );
});
