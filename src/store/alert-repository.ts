import { z } from 'zod';
import { alertKey } from '../core/alert/alert.ts';
import type { Alert, AlertOutcome } from '../core/alert/alert.ts';
import type { Store, StoredAlert } from '../core/port/store.ts';
import { jsonColumn, textRecord } from './column.ts';
import type { Database } from './database.ts';
import { positionOf, toPaged } from './page-cursor.ts';

const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pending') }),
  z.object({ kind: z.literal('decided'), decisionId: z.string() }),
  z.object({ kind: z.literal('ignored'), reason: z.string() }),
]) satisfies z.ZodType<AlertOutcome>;

const alertRow = z
  .object({
    id: z.int(),
    receivedAt: z.int(),
    outcome: jsonColumn(outcome),
    fingerprint: z.string(),
    status: z.enum(['firing', 'resolved']),
    name: z.string(),
    severity: z.string(),
    labels: jsonColumn(textRecord),
    annotations: jsonColumn(textRecord),
    startsAt: z.int(),
    endsAt: z.int().nullable(),
  })
  .transform(({ id, receivedAt, outcome, ...alert }): StoredAlert => ({ id, receivedAt, alert, outcome }));

const columns = `id, received_at AS receivedAt, outcome, fingerprint, status, name, severity, labels, annotations,
  starts_at AS startsAt, ends_at AS endsAt`;

export function createAlertRepository(db: Database): Store['alerts'] {
  return {
    receive: (alert, at) => db.transaction(() => receiveOnce(db, alert, at)),
    setOutcome: (id, outcome) => {
      db.run('UPDATE alerts SET outcome = :outcome WHERE id = :id', { id, outcome: JSON.stringify(outcome) });
    },
    pending: () =>
      db.all(alertRow, `SELECT ${columns} FROM alerts WHERE outcome ->> 'kind' = 'pending' ORDER BY id`),
    // A later occurrence of the same alert ends the earlier one, even when its "resolved" was lost.
    active: (app, service) =>
      db
        .all(
          alertRow,
          `SELECT ${columns} FROM alerts AS firing
           WHERE app = :app AND service = :service AND status = 'firing' AND NOT EXISTS (
             SELECT 1 FROM alerts AS other
             WHERE other.app = :app AND other.service = :service AND other.fingerprint = firing.fingerprint
               AND (other.starts_at > firing.starts_at
                 OR (other.starts_at = firing.starts_at AND other.status = 'resolved')))
           ORDER BY id`,
          { app, service },
        )
        .map(({ alert }) => alert),
    list: (page) => {
      const rows = db.all(
        alertRow,
        `SELECT ${columns} FROM alerts WHERE (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit`,
        { before: positionOf(page), limit: page.limit + 1 },
      );
      return toPaged(
        rows.map((item) => ({ position: item.id, item })),
        page.limit,
      );
    },
  };
}

function receiveOnce(db: Database, alert: Alert, at: number): StoredAlert & { isNew: boolean } {
  const key = alertKey(alert);
  const created = db.run(
    `INSERT INTO alerts (key, fingerprint, status, name, severity, app, service, labels, annotations, starts_at,
       ends_at, received_at, outcome)
     VALUES (:key, :fingerprint, :status, :name, :severity,
       coalesce((SELECT engine_name FROM apps WHERE :app IN (unique_name, engine_name)), :app), :service, :labels, :annotations, :startsAt,
       :endsAt, :at, '{"kind":"pending"}')
     ON CONFLICT (key) DO NOTHING`,
    {
      ...alert,
      key,
      app: alert.labels['app'] ?? null,
      service: alert.labels['service'] ?? null,
      labels: JSON.stringify(alert.labels),
      annotations: JSON.stringify(alert.annotations),
      at,
    },
  );
  const stored = db.get(alertRow, `SELECT ${columns} FROM alerts WHERE key = :key`, { key });
  if (stored === null) throw new Error('the received alert was not stored');
  return { ...stored, isNew: created > 0 };
}
