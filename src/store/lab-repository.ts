import { z } from 'zod';
import type { LabRun } from '../core/lab/lab.ts';
import type { LabStore } from '../core/port/lab-store.ts';
import { jsonColumn } from './column.ts';
import type { Database } from './database.ts';

const numbers = jsonColumn(z.record(z.string(), z.int()));
const labRow = z.object({
  id: z.int(),
  userId: z.int(),
  lab: z.string(),
  startedAt: z.int(),
  passed: numbers,
  hints: numbers,
}) satisfies z.ZodType<LabRun>;
const columns = 'id, user_id AS userId, lab, started_at AS startedAt, passed, hints';

export function createLabRepository(db: Database): LabStore {
  return {
    start: (run) => {
      const started = db.get(
        labRow,
        `INSERT INTO lab_runs (user_id, lab, started_at) VALUES (:userId, :lab, :at) RETURNING ${columns}`,
        run,
      );
      if (started === null) throw new Error('the new try was not returned');
      return started;
    },
    find: (userId, lab) =>
      db.get(
        labRow,
        `SELECT ${columns} FROM lab_runs WHERE user_id = :userId AND lab = :lab ORDER BY id DESC LIMIT 1`,
        { userId, lab },
      ),
    list: () =>
      db.all(
        labRow,
        `SELECT ${columns} FROM lab_runs
         WHERE id IN (SELECT MAX(id) FROM lab_runs GROUP BY user_id, lab) ORDER BY user_id, lab`,
        {},
      ),
    update: (id, { passed, hints }) => {
      db.run('UPDATE lab_runs SET passed = :passed, hints = :hints WHERE id = :id', {
        id,
        passed: JSON.stringify(passed),
        hints: JSON.stringify(hints),
      });
    },
  };
}
