import { createHash } from 'node:crypto';
import { z } from 'zod';
import { auditOutcomes, auditStart, auditText, verifyAudit, type AuditEntry } from '../core/audit/audit.ts';
import type { AuditStore } from '../core/port/audit-store.ts';
import { anyRecord, jsonColumn } from './column.ts';
import type { Database } from './database.ts';
import { positionOf, toPaged } from './page-cursor.ts';

const auditRow = z.object({
  seq: z.int(),
  at: z.int(),
  actorId: z.int().nullable(),
  actor: z.string().nullable(),
  via: z.string(),
  address: z.string(),
  action: z.string(),
  subject: z.string().nullable(),
  outcome: z.enum(auditOutcomes),
  details: jsonColumn(anyRecord),
  previous: z.string(),
  hash: z.string(),
}) satisfies z.ZodType<AuditEntry>;
const columns =
  'seq, at, actor_id AS actorId, actor, via, address, action, subject, outcome, details, previous, hash';
const lastRow = z.object({ seq: z.int(), hash: z.string() });
const readAtOnce = 1_000;

export function createAuditRepository(db: Database): AuditStore {
  return {
    append: (facts) =>
      db.transaction(() => {
        const last = db.get(lastRow, 'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
        const linked = { ...facts, seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? auditStart };
        // As it will be read: what JSON drops is not hashed.
        const details: unknown = JSON.parse(JSON.stringify(facts.details));
        const entry = { ...linked, details: anyRecord.parse(details) };
        const whole = { ...entry, hash: sha256(auditText(entry)) };
        db.run(
          `INSERT INTO audit (seq, at, actor_id, actor, via, address, action, subject, outcome, details, previous, hash)
           VALUES (:seq, :at, :actorId, :actor, :via, :address, :action, :subject, :outcome, :details, :previous, :hash)`,
          { ...whole, details: JSON.stringify(whole.details) },
        );
        return whole;
      }),
    list: ({ actor, subject }, page) => {
      const rows = db.all(
        auditRow,
        `SELECT ${columns} FROM audit WHERE (:before IS NULL OR seq < :before)
           AND (:actor IS NULL OR actor = :actor) AND (:subject IS NULL OR subject = :subject)
         ORDER BY seq DESC LIMIT :limit`,
        {
          before: positionOf(page),
          actor: actor ?? null,
          subject: subject ?? null,
          limit: page.limit + 1,
        },
      );
      return toPaged(
        rows.map((item) => ({ position: item.seq, item })),
        page.limit,
      );
    },
    verify: () => verifyAudit(allEntries(db), sha256),
  };
}

function* allEntries(db: Database): Generator<AuditEntry> {
  let after = 0;
  for (;;) {
    const rows = db.all(
      auditRow,
      `SELECT ${columns} FROM audit WHERE seq > :after ORDER BY seq LIMIT ${readAtOnce}`,
      { after },
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < readAtOnce) return;
    after = last.seq;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
