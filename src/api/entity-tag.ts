import { createHash } from 'node:crypto';

/** What `If-Match` is compared with: one app in one revision. */
export type Revised = { appId: number; revision: number };

/**
 * Strong entity tag (RFC 9110, 8.8.3) of an answer: `"7.12-Qm3…"` = app 7 in revision 12, and a digest of the text. The
 * digest tells that anything at all differs (an instance became ready); a change is compared by what comes before it, so that
 * only another accepted change stands in its way.
 */
export function entityTag(revised: Revised | null, text: string): string {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return revised === null ? `"${digest}"` : `"${revisionOf(revised)}-${digest}"`;
}

/** The tag of the revision alone, as a refusal names it. */
export function revisionTag(revised: Revised): string {
  return `"${revisionOf(revised)}"`;
}

function revisionOf({ appId, revision }: Revised): string {
  return `${appId}.${revision}`;
}

/** `If-Match`: may a change of this revision go on? Weak tags never match (RFC 9110, 13.1.1). */
export function isExpectedRevision(header: string, revised: Revised): boolean {
  const wanted = revisionOf(revised);
  return tagsOf(header).some((tag) => tag === '*' || /^"([\d.]+)(?:-[\w-]+)?"$/.exec(tag)?.[1] === wanted);
}

/** `If-None-Match`: has the client this very answer? Weak tags count (RFC 9110, 13.1.2). */
export function isKnownAnswer(header: string, tag: string): boolean {
  return tagsOf(header).some((known) => known === '*' || known.replace(/^W\//, '') === tag);
}

function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}
