import { z } from 'zod';
import { ownerRuleSchema, type RuleSet } from '../core/alert/owner-rule.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import { jsonColumn } from './column.ts';
import type { Database } from './database.ts';

const ruleSetRow = z.object({
  appId: z.int(),
  version: z.int(),
  rules: jsonColumn(z.array(ownerRuleSchema)),
  note: z.string(),
  by: z.string(),
  at: z.int(),
}) satisfies z.ZodType<RuleSet>;

const columns = 'app_id AS appId, version, rules, note, created_by AS "by", created_at AS at';

/** Versions of each app's own rules; the newest is in force. */
export function createRuleSetRepository(db: Database): Store['ruleSets'] {
  return {
    add: ({ appId, rules, note, by, at }) => {
      const added = db.get(
        ruleSetRow,
        `INSERT INTO rule_sets (app_id, version, rules, note, created_by, created_at)
         VALUES (:appId, 1 + (SELECT coalesce(max(version), 0) FROM rule_sets WHERE app_id = :appId), :rules, :note, :by, :at)
         RETURNING ${columns}`,
        { appId, rules: JSON.stringify(rules), note, by, at },
      );
      if (added === null) throw new CraneError('internal', 'a stored rule set was not given back');
      return added;
    },
    newest: (appId) =>
      db.get(
        ruleSetRow,
        `SELECT ${columns} FROM rule_sets WHERE app_id = :appId ORDER BY version DESC LIMIT 1`,
        { appId },
      ),
    list: (appId) =>
      db.all(
        ruleSetRow,
        `SELECT ${columns} FROM rule_sets WHERE app_id = :appId ORDER BY version DESC LIMIT 200`,
        { appId },
      ),
  };
}
