import type { AuditEntry, AuditFacts, AuditProof } from '../audit/audit.ts';
import type { Page, Paged } from './page.ts';

/** What people did, or tried: entries are only ever added. */
export type AuditStore = {
  /** On disk before it returns. What cannot be written down must not be done. */
  append(facts: AuditFacts): AuditEntry;
  /** Newest first. */
  list(filter: { actor?: string | undefined; subject?: string | undefined }, page: Page): Paged<AuditEntry>;
  /** Reads all of it. */
  verify(): AuditProof;
};
