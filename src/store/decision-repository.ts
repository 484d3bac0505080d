import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import { inScope as inScopeOf, scopeParameters } from './column.ts';

import type { Database } from './database.ts';
import { decisionColumns, decisionParameters, decisionRow } from './decision-row.ts';
import { positionOf, toPaged } from './page-cursor.ts';

const positionedRow = z.intersection(z.object({ seq: z.int() }), decisionRow);

const inScope = inScopeOf('app_id', 'owner_id');

/** The ledger. Rows are added and never removed; it outlives the app and stays with the app's owner. */
export function createDecisionRepository(db: Database): Store['decisions'] {
  return { ...createWriter(db), ...createReader(db) };
}

function createWriter(db: Database): Pick<Store['decisions'], 'record' | 'repeat' | 'setEffect'> {
  return {
    record: (decision) => {
      db.run(
        `INSERT INTO decisions (id, at, app_id, owner_id, app, service, family, trigger, verdict, replicas_from,
           replicas_to, reason, policy_revision, bounds, clamps, steering, alert, question, answer, effect_status,
           effect, repeats, last_at)
         VALUES (:id, :at, :appId, (SELECT owner_id FROM app_owners WHERE app_id = :appId), :app, :service, :family,
           :trigger, :verdict, :from, :to, :reason, :policyRevision, :bounds, :clamps, :steering, :alert, :question,
           :answer, :effectStatus, :effect, :repeats, :lastAt)`,
        decisionParameters(decision),
      );
    },
    repeat: (id, at) => {
      requireOne(
        db.run('UPDATE decisions SET repeats = repeats + 1, last_at = :at WHERE id = :id', { id, at }),
        id,
      );
    },
    setEffect: (id, effect) => {
      const changed = db.run(
        'UPDATE decisions SET effect = :effect, effect_status = :status WHERE id = :id',
        { id, effect: JSON.stringify(effect), status: effect.status },
      );
      requireOne(changed, id);
    },
  };
}

function createReader(db: Database): Omit<Store['decisions'], keyof ReturnType<typeof createWriter>> {
  return {
    last: (appId, service, family) =>
      db.get(
        decisionRow,
        `SELECT ${decisionColumns} FROM decisions
         WHERE app_id = :appId AND service = :service AND family = :family ORDER BY seq DESC LIMIT 1`,
        { appId, service, family },
      ),
    lastChange: (appId, service, direction) =>
      db.get(
        decisionRow,
        `SELECT ${decisionColumns} FROM decisions
         WHERE app_id = :appId AND service = :service AND family = 'scaling' AND verdict = :direction
         ORDER BY seq DESC LIMIT 1`,
        { appId, service, direction },
      ),
    find: (scope, id) =>
      db.get(decisionRow, `SELECT ${decisionColumns} FROM decisions WHERE id = :id AND ${inScope}`, {
        id,
        ...scopeParameters(scope),
      }),
    list: (scope, filter, page) => {
      const rows = db.all(
        positionedRow,
        `SELECT seq, ${decisionColumns} FROM decisions
         WHERE ${inScope} AND (:appId IS NULL OR app_id = :appId)
           AND (:service IS NULL OR service = :service) AND (:before IS NULL OR seq < :before)
           AND (NOT :onlyChanges OR verdict NOT IN ('hold', 'ignore', 'back-off'))
         ORDER BY seq DESC LIMIT :limit`,
        {
          ...scopeParameters(scope),
          appId: filter.appId,
          service: filter.service ?? null,
          onlyChanges: filter.onlyChanges === true ? 1 : 0,
          before: positionOf(page),
          limit: page.limit + 1,
        },
      );
      return toPaged(
        rows.map(({ seq, ...item }) => ({ position: seq, item })),
        page.limit,
      );
    },
    pendingEffects: () =>
      db.all(
        decisionRow,
        `SELECT ${decisionColumns} FROM decisions WHERE effect_status = 'pending' ORDER BY seq`,
      ),
    countRestartsSince: (appId, service, since) =>
      db.get(
        z.object({ total: z.int() }),
        `SELECT count(*) AS total FROM decisions WHERE app_id = :appId AND service = :service
           AND family = 'healing' AND verdict IN ('restart', 'replace') AND at >= :since`,
        { appId, service, since },
      )?.total ?? 0,
  };
}

function requireOne(changed: number, id: string): void {
  if (changed === 0) throw new CraneError('decision.not_found', `decision ${id} does not exist`);
}
