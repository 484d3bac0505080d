import type { AuditEntry, AuditProof } from '../core/audit/audit.ts';
import type { Page, Paged } from '../core/port/page.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { requireAdmin } from './require-admin.ts';

/** What people did, newest first. For admins. */
export function listAudit(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  { actor: by, subject, ...page }: Page & { actor?: string | undefined; subject?: string | undefined },
): Paged<AuditEntry> {
  requireAdmin(actor);
  return deps.store.audit.list({ actor: by, subject }, page);
}

/** Whether the chain of entries is whole. For admins. */
export function proveAudit(deps: Pick<ActionDeps, 'store'>, actor: Actor): AuditProof {
  requireAdmin(actor);
  return deps.store.audit.verify();
}
