import { z } from 'zod';
import { alertMappingSchema, type AlertSource } from '../core/alert/alert-source.ts';
import type { AlertSourceStore } from '../core/port/alert-source-store.ts';
import { nullableJsonColumn, toJson } from './column.ts';
import type { Database } from './database.ts';

const sourceRow = z.object({
  id: z.string(),
  name: z.string(),
  userId: z.int(),
  format: z.enum(['alertmanager', 'grafana', 'generic']),
  mapping: nullableJsonColumn(alertMappingSchema),
  createdAt: z.int(),
  lastUsedAt: z.int().nullable(),
}) satisfies z.ZodType<AlertSource>;
const columns = `id, name, user_id AS userId, format, mapping, created_at AS createdAt, last_used_at AS lastUsedAt`;

export function createAlertSourceRepository(db: Database): AlertSourceStore {
  return {
    create: ({ mapping, ...source }) => {
      const made = db.get(
        sourceRow,
        `INSERT INTO alert_sources (id, name, user_id, format, mapping, hash, created_at)
         VALUES (:id, :name, :userId, :format, :mapping, :hash, :createdAt) RETURNING ${columns}`,
        { ...source, mapping: toJson(mapping) },
      );
      if (made === null) throw new Error('the new source was not returned');
      return made;
    },
    find: (id) =>
      db.get(
        sourceRow.extend({ hash: z.string() }),
        `SELECT ${columns}, hash FROM alert_sources WHERE id = :id`,
        {
          id,
        },
      ),
    list: (userId) =>
      db.all(
        sourceRow,
        `SELECT ${columns} FROM alert_sources WHERE user_id = :userId ORDER BY created_at, id`,
        {
          userId,
        },
      ),
    remove: (userId, id) =>
      db.run('DELETE FROM alert_sources WHERE id = :id AND user_id = :userId', { id, userId }) > 0,
    markUsed: (id, at) => {
      db.run('UPDATE alert_sources SET last_used_at = :at WHERE id = :id', { id, at });
    },
  };
}
