import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { PolicyScope, PolicyStore } from '../core/port/policy-store.ts';
import type { PolicyActivation, PolicyRevision } from '../core/policy/policy-revision.ts';
import { policyKinds, type PolicyText } from '../core/policy/policy-text.ts';
import { jsonColumn } from './column.ts';
import type { Database } from './database.ts';

const kind = z.enum(policyKinds);
const revisionRow = z.object({
  appId: z.int().nullable(),
  kind,
  number: z.int(),
  revision: z.string(),
  note: z.string(),
  by: z.string(),
  at: z.int(),
}) satisfies z.ZodType<PolicyRevision>;
const activationRow = revisionRow.extend({
  number: z.int().nullable(),
  revision: z.string().nullable(),
}) satisfies z.ZodType<PolicyActivation>;
const filesRow = z.object({ files: jsonColumn(z.array(z.object({ path: z.string(), text: z.string() }))) });
const textRow = z.object({
  kind,
  revision: z.string(),
  rego: z.string(),
  settings: z.string(),
}) satisfies z.ZodType<PolicyText>;

const columns = 'app_id AS appId, kind, number, revision, note, created_by AS "by", created_at AS at';
const activationColumns =
  'app_id AS appId, kind, number, revision, note, activated_by AS "by", activated_at AS at';
const ofScope = 'coalesce(app_id, 0) = coalesce(:appId, 0) AND kind = :kind';

/** What else a scope has is no parameter. */
const of = ({ appId, kind: ofKind }: PolicyScope): { appId: number | null; kind: string } => ({
  appId,
  kind: ofKind,
});

/** Saved policies, what of them is in force, and every text that ever was. */
export function createPolicyRepository(db: Database): PolicyStore {
  return {
    add: ({ appId, kind: ofKind, revision, files, note, by, at }) => {
      const added = db.get(
        revisionRow,
        `INSERT INTO policy_revisions (app_id, kind, number, revision, files, note, created_by, created_at)
         VALUES (:appId, :kind, 1 + (SELECT coalesce(max(number), 0) FROM policy_revisions WHERE ${ofScope}),
           :revision, :files, :note, :by, :at)
         RETURNING ${columns}`,
        { appId, kind: ofKind, revision, note, by, at, files: JSON.stringify(files) },
      );
      if (added === null) throw new CraneError('internal', 'a stored policy was not given back');
      return added;
    },
    find: (scope, number) =>
      db.get(revisionRow, `SELECT ${columns} FROM policy_revisions WHERE ${ofScope} AND number = :number`, {
        ...of(scope),
        number,
      }),
    files: (scope, number) =>
      db.get(filesRow, `SELECT files FROM policy_revisions WHERE ${ofScope} AND number = :number`, {
        ...of(scope),
        number,
      })?.files ?? [],
    list: (scope) =>
      db.all(
        revisionRow,
        `SELECT ${columns} FROM policy_revisions WHERE ${ofScope} ORDER BY number DESC LIMIT 1000`,
        of(scope),
      ),
    activate: ({ appId, kind: ofKind, number, revision, note, by, at }) => {
      db.run(
        `INSERT INTO policy_activations (app_id, kind, number, revision, note, activated_by, activated_at)
         VALUES (:appId, :kind, :number, :revision, :note, :by, :at)`,
        { appId, kind: ofKind, number, revision, note, by, at },
      );
    },
    active: (scope) =>
      db.get(
        activationRow,
        `SELECT ${activationColumns} FROM policy_activations WHERE ${ofScope} ORDER BY seq DESC LIMIT 1`,
        of(scope),
      ),
    activations: (scope) =>
      db.all(
        activationRow,
        `SELECT ${activationColumns} FROM policy_activations WHERE ${ofScope} ORDER BY seq DESC LIMIT 200`,
        of(scope),
      ),
    keepText: ({ kind: ofKind, revision, rego, settings }, at) => {
      db.run(
        `INSERT INTO policy_texts (kind, revision, rego, settings, kept_at)
         VALUES (:kind, :revision, :rego, :settings, :at) ON CONFLICT DO NOTHING`,
        { kind: ofKind, revision, rego, settings, at },
      );
    },
    text: (wanted, revision) =>
      db.get(
        textRow,
        'SELECT kind, revision, rego, settings FROM policy_texts WHERE kind = :kind AND revision = :revision',
        { kind: wanted, revision },
      ),
  };
}
