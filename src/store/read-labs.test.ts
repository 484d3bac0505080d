import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { noLabRecords } from '../../test/factories/core-values.ts';
import { tempFolder } from '../../test/factories/temp-store.ts';
import { isGoalMet } from '../core/lab/judge-goal.ts';
import { readLabs } from './read-labs.ts';

const folder = join(import.meta.dirname, '../../labs');

describe('the labs that come with Crane', () => {
  it('are read, easy ones first', async () => {
    const labs = await readLabs(folder);
    assert.ok(labs.length >= 5);
    const levels = labs.map(({ level }) => level);
    assert.deepEqual(
      levels,
      levels.toSorted((a, b) => a - b),
    );
  });

  it('are not passed by doing nothing', async () => {
    for (const lab of await readLabs(folder))
      for (const step of lab.steps)
        assert.equal(isGoalMet(step.goal, noLabRecords), false, `${lab.id}: ${step.id}`);
  });
});

it('a file that is no lab is refused with its place', async (test) => {
  const own = tempFolder(test);
  writeFileSync(join(own, 'broken.yaml'), 'title: Broken\nlevel: 9\n');
  await assert.rejects(readLabs(own), /labs\/broken\.yaml: level/);
});
