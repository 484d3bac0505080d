import type { ProviderAttempt } from '../core/port/identity-provider.ts';

/** So long somebody may take at the provider. */
export const attemptMs = 600_000;
const mostAttempts = 1_000;

/** Logins that began here and are at the provider, by the hash of a cookie of the browser that began them. */
export type PendingLogins = {
  add(hash: string, attempt: ProviderAttempt, now: number): void;
  /** Each is good once. */
  take(hash: string, now: number): ProviderAttempt | null;
};

/** In memory: after a restart people begin again. The one that began longest ago makes way. */
export function createPendingLogins(): PendingLogins {
  const pending = new Map<string, { attempt: ProviderAttempt; until: number }>();
  return {
    add(hash, attempt, now) {
      for (const [key, { until }] of pending) if (until <= now) pending.delete(key);
      const [oldest] = pending.keys();
      if (pending.size >= mostAttempts && oldest !== undefined) pending.delete(oldest);
      pending.set(hash, { attempt, until: now + attemptMs });
    },
    take(hash, now) {
      const found = pending.get(hash);
      pending.delete(hash);
      return found === undefined || found.until <= now ? null : found.attempt;
    },
  };
}
