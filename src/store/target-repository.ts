import { z } from 'zod';
import type { ServiceTarget } from '../core/app/app.ts';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';

const targetRow = z.object({
  appId: z.int(),
  service: z.string(),
  replicas: z.int(),
  updatedAt: z.int(),
}) satisfies z.ZodType<ServiceTarget>;

const columns = 'app_id AS appId, service, replicas, updated_at AS updatedAt';

export function createTargetRepository(db: Database): Store['targets'] {
  return {
    get: (appId, service) =>
      db.get(targetRow, `SELECT ${columns} FROM targets WHERE app_id = :appId AND service = :service`, {
        appId,
        service,
      }),
    list: (appId) =>
      db.all(targetRow, `SELECT ${columns} FROM targets WHERE app_id = :appId ORDER BY service`, { appId }),
    set: (target) => {
      db.run(
        `INSERT INTO targets (app_id, service, replicas, updated_at) VALUES (:appId, :service, :replicas, :at)
         ON CONFLICT (app_id, service) DO UPDATE SET replicas = excluded.replicas, updated_at = excluded.updated_at`,
        target,
      );
    },
    remove: (appId, service) => {
      db.run('DELETE FROM targets WHERE app_id = :appId AND service = :service', { appId, service });
    },
  };
}
