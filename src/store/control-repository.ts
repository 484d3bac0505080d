import { z } from 'zod';
import type { Store } from '../core/port/store.ts';
import type { Override, ScalingControl } from '../core/scaling/steering.ts';
import { nullableJsonColumn, toJson } from './column.ts';
import type { Database } from './database.ts';

const override = z.object({
  replicas: z.int(),
  until: z.int().nullable(),
  by: z.string(),
  previous: z.int(),
}) satisfies z.ZodType<Override>;

const controlRow = z.object({
  appId: z.int(),
  service: z.string(),
  mode: z.enum(['auto', 'dry-run', 'paused']).nullable(),
  modeBy: z.string().nullable(),
  override: nullableJsonColumn(override),
}) satisfies z.ZodType<ScalingControl>;

const columns = 'app_id AS appId, service, mode, mode_by AS modeBy, override';

/** Modes and overrides that people set. */
export function createControlRepository(db: Database): Store['controls'] {
  return {
    get: (appId, service) =>
      db.get(
        controlRow,
        `SELECT ${columns} FROM scaling_controls WHERE app_id = :appId AND service = :service`,
        { appId, service },
      ),
    setMode: ({ appId, service, mode, by }) => {
      db.run(
        `INSERT INTO scaling_controls (app_id, service, mode, mode_by) VALUES (:appId, :service, :mode, :by)
         ON CONFLICT (app_id, service) DO UPDATE SET mode = excluded.mode, mode_by = excluded.mode_by`,
        { appId, service, mode, by: mode === null ? null : by },
      );
    },
    setOverride: ({ appId, service, override: value }) => {
      db.run(
        `INSERT INTO scaling_controls (app_id, service, override, override_until)
         VALUES (:appId, :service, :override, :until)
         ON CONFLICT (app_id, service) DO UPDATE
           SET override = excluded.override, override_until = excluded.override_until`,
        { appId, service, override: toJson(value), until: value?.until ?? null },
      );
    },
    overdue: (now) =>
      db.all(
        controlRow,
        `SELECT ${columns} FROM scaling_controls WHERE override_until <= :now ORDER BY app_id, service`,
        { now },
      ),
  };
}
