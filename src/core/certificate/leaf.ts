/** A server's certificate as far as it matters whether it may stay. Times in milliseconds. */
export type LeafFacts = {
  hosts: readonly string[];
  notBefore: number;
  notAfter: number;
  /** Fingerprint of the authority that issued it. */
  authority: string;
};

export type LeafDecision =
  | { kind: 'keep' }
  | { kind: 'issue'; why: 'absent' | 'hosts' | 'authority' | 'not-yet-valid' | 'due' };

const dayMs = 86_400_000;

/** How long certificates hold, and when a server's is issued anew. Browsers refuse servers' certificates of more than 398 days. */
export const validity = {
  authorityMs: 3_650 * dayMs,
  leafMs: 90 * dayMs,
  renewBeforeMs: 30 * dayMs,
  /** Clocks of other machines and containers may be behind. */
  backdateMs: 3_600_000,
} as const;

/** Whether an app's certificate may stay. It is issued anew well before it expires, so that nobody ever sees an expired one. */
export function decideLeaf(
  leaf: LeafFacts | null,
  wanted: { hosts: readonly string[]; authority: string; authorityNotAfter: number },
  now: number,
): LeafDecision {
  if (leaf === null) return { kind: 'issue', why: 'absent' };
  if (leaf.authority !== wanted.authority) return { kind: 'issue', why: 'authority' };
  const isSame = leaf.hosts.length === wanted.hosts.length;
  if (!isSame || !wanted.hosts.every((host) => leaf.hosts.includes(host)))
    return { kind: 'issue', why: 'hosts' };
  if (leaf.notBefore > now) return { kind: 'issue', why: 'not-yet-valid' };
  const isDue = leaf.notAfter - now <= validity.renewBeforeMs;
  // At the end of its authority another one would last no longer.
  return isDue && leaf.notAfter < wanted.authorityNotAfter ? { kind: 'issue', why: 'due' } : { kind: 'keep' };
}

/** What is told of the authority: `ok`, or that it ends soon, or that it has ended. */
export function judgeAuthority(notAfter: number, now: number): 'ok' | 'ending' | 'ended' {
  if (notAfter <= now) return 'ended';
  // Certificates that it issues must not outlive it.
  return notAfter - now <= validity.leafMs ? 'ending' : 'ok';
}
