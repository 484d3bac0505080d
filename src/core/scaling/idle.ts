import type { ScalingBounds } from './scaling.ts';

/** Requests answered since the router began to count, over all replicas; or why that cannot be read. */
export type Traffic = { kind: 'value'; requests: number } | { kind: 'missing'; reason: string };

/** How long nobody has used a service, as far as it was watched. Ticks are monotonic milliseconds. */
export type IdleClock = { requests: number | null; quietSince: number };

/** Whether a service with `min: 0` may sleep, and whether it must be awake; recorded with the decision. */
export type IdleFacts = {
  /** It sleeps after so long without a request, milliseconds. */
  idleMs: number;
  /** Why it may not sleep now; null = it may. */
  awake: string | null;
  /** Why it must not sleep: somebody needs it. Null = nobody does. */
  needed: string | null;
};

/** A counter that moved, or could not be read, sets the clock back: what was not seen counts as use. */
export function advanceIdle(before: IdleClock | null, traffic: Traffic, tick: number): IdleClock {
  if (traffic.kind === 'missing') return { requests: null, quietSince: tick };
  const isQuiet = before !== null && before.requests === traffic.requests;
  return { requests: traffic.requests, quietSince: isQuiet ? before.quietSince : tick };
}

/**
 * Judges the evidence. `connections`: open connections to its instances, null when they cannot be counted; they tell of requests that
 * the router counts only when they end.
 */
export function judgeIdle(seen: {
  idleMs: number;
  quietMs: number;
  traffic: Traffic;
  connections: number | null;
  /** Services that depend on it and are awake. */
  users: readonly string[];
}): IdleFacts {
  const { idleMs, traffic, users } = seen;
  const needed = users.length === 0 ? null : `needed by ${users.join(', ')}`;
  return { idleMs, needed, awake: needed ?? unseen(traffic) ?? inUse(seen) };
}

function unseen(traffic: Traffic): string | null {
  return traffic.kind === 'missing' ? `its requests cannot be seen (${traffic.reason})` : null;
}

function inUse({
  idleMs,
  quietMs,
  connections,
}: {
  idleMs: number;
  quietMs: number;
  connections: number | null;
}): string | null {
  if (quietMs < idleMs) return `not yet idle for ${describeSpan(idleMs)}`;
  if (connections === null) return 'its open connections cannot be counted on this engine';
  return connections === 0 ? null : `${connections} open connection(s)`;
}

/** `90 s`, `5 min` */
export function describeSpan(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 100) / 10} s`;
}

/** Whether a service with these bounds may go to zero by itself. */
export function canSleep({ min, max }: Pick<ScalingBounds, 'min' | 'max'>): boolean {
  return min === 0 && max > 0;
}
