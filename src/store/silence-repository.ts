import { z } from 'zod';
import type { Silence } from '../core/alert/silence.ts';
import type { SilenceStore } from '../core/port/silence-store.ts';
import type { Database } from './database.ts';

const silenceRow = z.object({
  id: z.int(),
  appId: z.int(),
  kind: z.enum(['silence', 'maintenance']),
  service: z.string().nullable(),
  alert: z.string().nullable(),
  until: z.int(),
  reason: z.string(),
  by: z.string(),
  createdAt: z.int(),
  endedAt: z.int().nullable(),
}) satisfies z.ZodType<Silence>;
const columns = `id, app_id AS appId, kind, service, alert, until, reason, made_by AS "by", created_at AS createdAt,
  ended_at AS endedAt`;

export function createSilenceRepository(db: Database): SilenceStore {
  return {
    create: (silence) => {
      const made = db.get(
        silenceRow,
        `INSERT INTO silences (app_id, kind, service, alert, until, reason, made_by, created_at)
         VALUES (:appId, :kind, :service, :alert, :until, :reason, :by, :createdAt) RETURNING ${columns}`,
        silence,
      );
      if (made === null) throw new Error('the new silence was not returned');
      return made;
    },
    active: (appId, now) =>
      db.all(
        silenceRow,
        `SELECT ${columns} FROM silences WHERE app_id = :appId AND ended_at IS NULL AND until > :now
         ORDER BY kind, id`,
        { appId, now },
      ),
    list: (appId, limit) =>
      db.all(
        silenceRow,
        `SELECT ${columns} FROM silences WHERE app_id = :appId ORDER BY id DESC LIMIT :limit`,
        {
          appId,
          limit,
        },
      ),
    overdue: (now) =>
      db.all(
        silenceRow,
        `SELECT ${columns} FROM silences WHERE ended_at IS NULL AND until <= :now ORDER BY id`,
        { now },
      ),
    end: (id, at) => {
      db.run('UPDATE silences SET ended_at = :at WHERE id = :id AND ended_at IS NULL', { id, at });
    },
  };
}
