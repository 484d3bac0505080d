import { sortedJson } from '../service/stable-hash.ts';

/** `asked` is on disk before anything is done; `done`, `failed` and `refused` say what came of it. */
export const auditOutcomes = ['asked', 'done', 'failed', 'refused'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

export type AuditFacts = {
  at: number;
  /** Null: nobody is known, as before a login. */
  actorId: number | null;
  actor: string | null;
  /** What they showed: `token 7`, `browser`, `api`, `hook`, `nothing`. */
  via: string;
  address: string;
  /** Operation id. */
  action: string;
  /** What it was done to, as an app's unique name. */
  subject: string | null;
  outcome: AuditOutcome;
  /** Request id, status, and what differs before and after. Never a secret. */
  details: Readonly<Record<string, unknown>>;
};

/** Numbered in a row, and chained: a changed, missing or inserted entry breaks every hash after it. */
export type AuditEntry = AuditFacts & { seq: number; previous: string; hash: string };

/** Hash before the first entry. */
export const auditStart = '0'.repeat(64);

/** What is hashed of an entry: everything but its own hash. */
export function auditText(entry: Omit<AuditEntry, 'hash'>): string {
  return sortedJson({ ...entry, hash: null }) ?? '';
}

export type AuditProof =
  | { isIntact: true; entries: number; head: string }
  | { isIntact: false; entries: number; brokenAt: number; reason: string };

/** Checks entries in their order, from the first. `hashOf` is SHA-256, hex. */
export function verifyAudit(entries: Iterable<AuditEntry>, hashOf: (text: string) => string): AuditProof {
  let [seen, head] = [0, auditStart];
  const broken = (reason: string): AuditProof => ({
    isIntact: false,
    entries: seen,
    brokenAt: seen + 1,
    reason,
  });
  for (const entry of entries) {
    if (entry.seq !== seen + 1) return broken(`entry ${seen + 1} is missing`);
    if (entry.previous !== head) return broken(`entry ${entry.seq} does not follow the one before`);
    if (entry.hash !== hashOf(auditText(entry))) return broken(`entry ${entry.seq} was changed`);
    [seen, head] = [entry.seq, entry.hash];
  }
  return { isIntact: true, entries: seen, head };
}
