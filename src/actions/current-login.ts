import type { Actor } from './action-deps.ts';

/** The login by which the actor asks; null for a token, and for who owns the machine. */
export function currentLogin({ via }: Actor): string | null {
  return via !== undefined && 'loginId' in via ? via.loginId : null;
}
