import { createHash } from 'node:crypto';
import { z } from 'zod';
import type {
  AdmissionException,
  AdmissionRecord,
  AdmissionSettings,
  ServiceViolation,
} from '../core/admission/admission.ts';
import { isPolicyId, type PolicyId } from '../core/admission/policies.ts';
import type { Store } from '../core/port/store.ts';
import { jsonColumn, ownDocument } from './column.ts';
import type { Database } from './database.ts';

const policyId = z.string().refine((id): id is PolicyId => isPolicyId(id));

const settingsRow = z.object({
  version: z.int(),
  modes: jsonColumn(ownDocument<AdmissionSettings['modes']>()),
  params: jsonColumn(ownDocument<AdmissionSettings['params']>()),
}) satisfies z.ZodType<AdmissionSettings>;
const historyRow = settingsRow.extend({ createdAt: z.int(), createdBy: z.int() });
const settingsColumns = 'version, modes, params';

const exceptionRow = z.object({
  id: z.string(),
  policy: policyId,
  app: z.string().nullable(),
  service: z.string().nullable(),
  reason: z.string(),
  expiresAt: z.int(),
  createdAt: z.int(),
  createdBy: z.int(),
}) satisfies z.ZodType<AdmissionException>;
const exceptionColumns = `id, policy, app, service, reason, expires_at AS expiresAt, created_at AS createdAt,
  created_by AS createdBy`;

const recordRow = z.object({
  id: z.string(),
  at: z.int(),
  appId: z.int().nullable(),
  app: z.string(),
  action: z.custom<AdmissionRecord['action']>((value) => typeof value === 'string'),
  userId: z.int(),
  isAllowed: z.int().transform((value) => value === 1),
  policyRevision: z.string(),
  settingsVersion: z.int(),
  violations: jsonColumn(ownDocument<ServiceViolation[]>()),
}) satisfies z.ZodType<AdmissionRecord>;

const admittedRow = z.object({ found: jsonColumn(z.array(z.string())) });

/** Records of one app beyond this many are forgotten, oldest first. */
const keptRecords = 200;
/** Two questions of each service and release: before it is made, and after. */
const keptAdmitted = 400;

export function createAdmissionRepository(db: Database): Store['admission'] {
  return {
    settings: () =>
      db.get(
        settingsRow,
        `SELECT ${settingsColumns} FROM admission_settings ORDER BY version DESC LIMIT 1`,
      ) ?? { version: 0, modes: {}, params: {} },
    changeSettings: ({ modes, params, at, by }) => {
      const changed = db.get(
        settingsRow,
        `INSERT INTO admission_settings (modes, params, created_at, created_by)
         VALUES (:modes, :params, :at, :by) RETURNING ${settingsColumns}`,
        { modes: JSON.stringify(modes), params: JSON.stringify(params), at, by },
      );
      if (changed === null) throw new Error('the new settings were not returned');
      return changed;
    },
    settingsHistory: () =>
      db.all(
        historyRow,
        `SELECT ${settingsColumns}, created_at AS createdAt, created_by AS createdBy FROM admission_settings
         ORDER BY version DESC LIMIT 100`,
      ),
    addException: (exception) => {
      db.run(
        `INSERT INTO admission_exceptions (id, policy, app, service, reason, expires_at, created_at, created_by)
         VALUES (:id, :policy, :app, :service, :reason, :expiresAt, :createdAt, :createdBy)`,
        { ...exception },
      );
    },
    exceptions: () =>
      db.all(exceptionRow, `SELECT ${exceptionColumns} FROM admission_exceptions ORDER BY created_at, id`),
    removeException: (id) => db.run('DELETE FROM admission_exceptions WHERE id = :id', { id }) > 0,
    admitted: (appId, question) =>
      db.get(admittedRow, 'SELECT found FROM admitted WHERE app_id = :appId AND question = :digest', {
        appId,
        digest: digestOf(question),
      })?.found ?? null,
    admit: (appId, question, found, at) =>
      keepAdmitted(db, { appId, at, digest: digestOf(question), found: JSON.stringify(found) }),
    record: (record) => keepRecord(db, record),
    records: (appId, limit) =>
      db.all(
        recordRow,
        `SELECT id, at, app_id AS appId, app, action, user_id AS userId, is_allowed AS isAllowed,
           policy_revision AS policyRevision, settings_version AS settingsVersion, violations
         FROM admissions WHERE app_id = :appId ORDER BY at DESC, rowid DESC LIMIT :limit`,
        { appId, limit },
      ),
  };
}

const digestOf = (question: string): string => createHash('sha256').update(question).digest('base64url');

function keepAdmitted(db: Database, of: { appId: number; at: number; digest: string; found: string }): void {
  db.transaction(() => {
    db.run(
      'INSERT OR REPLACE INTO admitted (app_id, question, found, at) VALUES (:appId, :digest, :found, :at)',
      of,
    );
    db.run(
      `DELETE FROM admitted WHERE app_id = :appId AND question NOT IN (
         SELECT question FROM admitted WHERE app_id = :appId ORDER BY at DESC, rowid DESC LIMIT :kept)`,
      { appId: of.appId, kept: keptAdmitted },
    );
  });
}

function keepRecord(db: Database, { violations, isAllowed, ...rest }: AdmissionRecord): void {
  db.transaction(() => {
    db.run(
      `INSERT INTO admissions (id, at, app_id, app, action, user_id, is_allowed, policy_revision, settings_version,
         violations)
       VALUES (:id, :at, :appId, :app, :action, :userId, :isAllowed, :policyRevision, :settingsVersion, :violations)`,
      { ...rest, isAllowed: isAllowed ? 1 : 0, violations: JSON.stringify(violations) },
    );
    if (rest.appId !== null)
      db.run(
        `DELETE FROM admissions WHERE app_id = :appId AND id NOT IN (
           SELECT id FROM admissions WHERE app_id = :appId ORDER BY at DESC, rowid DESC LIMIT :kept)`,
        { appId: rest.appId, kept: keptRecords },
      );
  });
}
