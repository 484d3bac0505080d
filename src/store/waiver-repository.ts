import { z } from 'zod';
import type { Store } from '../core/port/store.ts';
import type { ScanWaiver } from '../core/scan/waiver.ts';
import type { Database } from './database.ts';

const waiverRow = z.object({
  id: z.string(),
  finding: z.string(),
  app: z.string().nullable(),
  package: z.string().nullable(),
  reason: z.string(),
  expiresAt: z.int(),
  createdAt: z.int(),
  createdBy: z.int(),
}) satisfies z.ZodType<ScanWaiver>;

const columns = `id, finding, app, package, reason, expires_at AS expiresAt, created_at AS createdAt,
  created_by AS createdBy`;

export function createWaiverRepository(db: Database): Store['waivers'] {
  return {
    add: (waiver) => {
      db.run(
        `INSERT INTO scan_waivers (id, finding, app, package, reason, expires_at, created_at, created_by)
         VALUES (:id, :finding, :app, :package, :reason, :expiresAt, :createdAt, :createdBy)`,
        { ...waiver },
      );
    },
    list: () => db.all(waiverRow, `SELECT ${columns} FROM scan_waivers ORDER BY created_at, id`),
    remove: (id) => db.run('DELETE FROM scan_waivers WHERE id = :id', { id }) > 0,
  };
}
