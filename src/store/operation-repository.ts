import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import { errorCodes } from '../core/error/error-codes.ts';
import type { ErrorCode } from '../core/error/error-codes.ts';
import {
  operationKinds,
  operationStatuses,
  type Operation,
  type OperationEvent,
} from '../core/operation/operation.ts';
import type { Store } from '../core/port/store.ts';
import {
  anyRecord,
  inScope as inScopeOf,
  jsonColumn,
  nullableJsonColumn,
  scopeParameters,
  toJson,
} from './column.ts';
import type { Database } from './database.ts';
import type { SealedTexts } from './sealed-texts.ts';

const errorCode = z.custom<ErrorCode>(
  (value) => typeof value === 'string' && Object.hasOwn(errorCodes, value),
);

const operationRow = z.object({
  id: z.string(),
  kind: z.enum(operationKinds),
  appId: z.int(),
  userId: z.int(),
  status: z.enum(operationStatuses),
  createdAt: z.int(),
  endedAt: z.int().nullable(),
  error: nullableJsonColumn(
    z.object({ code: errorCode, message: z.string(), fix: z.string().exactOptional() }),
  ),
  result: nullableJsonColumn(z.unknown()),
}) satisfies z.ZodType<Operation>;

const eventRow = z.object({
  operationId: z.string(),
  seq: z.int(),
  at: z.int(),
  step: z.string(),
  state: z.enum(['started', 'progress', 'done', 'failed']),
  text: z.string(),
  data: jsonColumn(anyRecord),
}) satisfies z.ZodType<OperationEvent>;

const columns = `id, kind, app_id AS appId, user_id AS userId, status, created_at AS createdAt, ended_at AS endedAt,
  error, result`;
const eventColumns = 'operation_id AS operationId, seq, at, step, state, text, data';

/** As reseal.ts has it. */
const placeOf = (id: string): string => `operation ${id}`;

/** Events beyond this many are forgotten, oldest first. */
const maxEvents = 50_000;
const trimEvery = 500;

// Its app may be gone; who owned it is kept.
const inScope = inScopeOf(
  'app_id',
  '(SELECT owner_id FROM app_owners WHERE app_owners.app_id = operations.app_id)',
);

/** An operation is seen by who sees its app and by whoever started it, and stays with the owner when the app is gone. */
export function createOperationRepository(
  db: Database,
  vault: Pick<SealedTexts, 'seal' | 'open'>,
  limits: { maxEvents: number } = { maxEvents },
): Store['operations'] {
  return {
    create: ({ input, ...operation }) => {
      const created = db.get(
        operationRow,
        `INSERT INTO operations (id, kind, app_id, user_id, status, created_at, input)
         VALUES (:id, :kind, :appId, :userId, 'queued', :at, :input) RETURNING ${columns}`,
        { ...operation, input: vault.seal(toJson(input) ?? 'null', placeOf(operation.id)) },
      );
      if (created === null) throw new Error('the new operation was not returned');
      return created;
    },
    find: (scope, id) =>
      db.get(
        operationRow,
        `SELECT ${columns} FROM operations WHERE id = :id AND (${inScope} OR user_id = :owner AND :only IS NULL)`,
        {
          id,
          ...scopeParameters(scope),
        },
      ),
    input: (id) => {
      const row = z.object({ input: z.string().nullable() });
      const text = db.get(row, 'SELECT input FROM operations WHERE id = :id', { id })?.input ?? null;
      return text === null ? null : JSON.parse(vault.open(text, placeOf(id)));
    },
    listOpen: () =>
      db.all(
        operationRow,
        `SELECT ${columns} FROM operations WHERE status IN ('queued', 'running') ORDER BY seq`,
      ),
    countOpen: (userId) =>
      db.get(
        z.object({ count: z.int() }),
        `SELECT COUNT(*) AS count FROM operations WHERE status IN ('queued', 'running') AND user_id = :userId`,
        { userId },
      )?.count ?? 0,
    listForApp: (appId, limit) =>
      db.all(
        operationRow,
        `SELECT ${columns} FROM operations WHERE app_id = :appId ORDER BY operations.seq DESC LIMIT :limit`,
        { appId, limit },
      ),
    update: (id, change) => db.transaction(() => updateOperation(db, id, change)),
    // Progress is told many times a second, and the end of an operation flushes it.
    appendEvent: (event) => db.unflushed(() => appendEvent(db, event, limits.maxEvents)),
    events: (operationId, afterSeq) =>
      db.all(
        eventRow,
        `SELECT ${eventColumns} FROM operation_events
         WHERE operation_id = :operationId AND seq > :afterSeq ORDER BY seq`,
        { operationId, afterSeq },
      ),
  };
}

function updateOperation(
  db: Database,
  id: string,
  change: Partial<Pick<Operation, 'status' | 'endedAt' | 'error' | 'result'>>,
): Operation {
  const before = db.get(operationRow, `SELECT ${columns} FROM operations WHERE id = :id`, { id });
  if (before === null) throw unknownOperation(id);
  const { status, endedAt, error, result } = { ...before, ...change };
  const after = db.get(
    operationRow,
    `UPDATE operations SET status = :status, ended_at = :endedAt, error = :error, result = :result,
       -- An input may hold people's settings, and is large; what has ended needs it no more.
       input = CASE WHEN :status IN ('queued', 'running') THEN input END
     WHERE id = :id RETURNING ${columns}`,
    { id, status, endedAt, error: toJson(error), result: toJson(result) },
  );
  if (after === null) throw unknownOperation(id);
  return after;
}

function appendEvent(db: Database, event: Omit<OperationEvent, 'seq'>, keep: number): OperationEvent {
  const numbered = db.get(
    z.object({ seq: z.int() }),
    `UPDATE operations SET last_event_seq = last_event_seq + 1 WHERE id = :id RETURNING last_event_seq AS seq`,
    { id: event.operationId },
  );
  if (numbered === null) throw unknownOperation(event.operationId);
  const stored = db.get(
    z.object({ position: z.int() }),
    `INSERT INTO operation_events (operation_id, seq, at, step, state, text, data)
     VALUES (:operationId, :seq, :at, :step, :state, :text, :data) RETURNING position`,
    { ...event, seq: numbered.seq, data: JSON.stringify(event.data) },
  );
  if (stored !== null && stored.position % Math.min(trimEvery, keep) === 0) {
    db.run('DELETE FROM operation_events WHERE position <= :last', { last: stored.position - keep });
  }
  return { ...event, seq: numbered.seq };
}

function unknownOperation(id: string): CraneError {
  return new CraneError('operation.not_found', `operation ${id} does not exist`);
}
