import { z } from 'zod';
import type { Canary } from '../core/app/canary.ts';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';

const canaryRow = z.object({ release: z.int(), weight: z.int() }) satisfies z.ZodType<Canary>;

export function createCanaryRepository(db: Database): Store['canaries'] {
  return {
    find: (appId) =>
      db.get(canaryRow, 'SELECT release_number AS release, weight FROM canaries WHERE app_id = :appId', {
        appId,
      }),
    set: (appId, canary) => {
      db.run(
        `INSERT INTO canaries (app_id, release_number, weight) VALUES (:appId, :release, :weight)
         ON CONFLICT (app_id) DO UPDATE SET release_number = excluded.release_number, weight = excluded.weight`,
        { appId, ...canary },
      );
    },
    remove: (appId) => {
      db.run('DELETE FROM canaries WHERE app_id = :appId', { appId });
    },
  };
}
