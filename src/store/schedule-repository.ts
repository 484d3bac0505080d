import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import type { ScalingSchedule } from '../core/scaling/schedule.ts';
import type { Database } from './database.ts';

const scheduleRow = z.object({
  id: z.int(),
  appId: z.int(),
  service: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  durationMs: z.int(),
  min: z.int(),
  max: z.int(),
  createdBy: z.string(),
  createdAt: z.int(),
}) satisfies z.ZodType<ScalingSchedule>;

const columns = `id, app_id AS appId, service, cron, time_zone AS timeZone, duration_ms AS durationMs, min, max,
  created_by AS createdBy, created_at AS createdAt`;

/** Windows with bounds of their own; an id is never used twice. */
export function createScheduleRepository(db: Database): Store['schedules'] {
  return {
    create: (schedule) => {
      const created = db.get(
        scheduleRow,
        `INSERT INTO scaling_schedules (app_id, service, cron, time_zone, duration_ms, min, max, created_by, created_at)
         VALUES (:appId, :service, :cron, :timeZone, :durationMs, :min, :max, :createdBy, :createdAt)
         RETURNING ${columns}`,
        schedule,
      );
      if (created === null) throw new CraneError('internal', 'a stored schedule was not given back');
      return created;
    },
    list: (appId) =>
      db.all(scheduleRow, `SELECT ${columns} FROM scaling_schedules WHERE app_id = :appId ORDER BY id`, {
        appId,
      }),
    remove: (appId, id) =>
      db.run('DELETE FROM scaling_schedules WHERE app_id = :appId AND id = :id', { appId, id }) > 0,
  };
}
