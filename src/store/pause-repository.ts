import { z } from 'zod';
import type { Pause } from '../core/app/pause.ts';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';

const pauseRow = z.object({
  operationId: z.string(),
  at: z.int(),
  userId: z.int(),
}) satisfies z.ZodType<Pause>;

export function createPauseRepository(db: Database): Store['pauses'] {
  return {
    find: (appId) =>
      db.get(
        pauseRow,
        'SELECT operation_id AS operationId, paused_at AS at, user_id AS userId FROM pauses WHERE app_id = :appId',
        { appId },
      ),
    set: (appId, pause) => {
      db.run(
        `INSERT INTO pauses (app_id, operation_id, paused_at, user_id) VALUES (:appId, :operationId, :at, :userId)
         ON CONFLICT (app_id) DO UPDATE SET
           operation_id = excluded.operation_id, paused_at = excluded.paused_at, user_id = excluded.user_id`,
        { appId, ...pause },
      );
    },
    remove: (appId) => {
      db.run('DELETE FROM pauses WHERE app_id = :appId', { appId });
    },
  };
}
