import { CraneError } from '../core/error/crane-error.ts';
import type { Token } from '../core/port/store.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

/** The actor's own tokens; the secrets are not kept. */
export function listTokens(deps: Pick<ActionDeps, 'store'>, actor: Actor): Token[] {
  return deps.store.tokens.list(actor.user.id);
}

/** A further token of the actor; `secret` is given this once. */
export function createToken(
  deps: Pick<ActionDeps, 'store' | 'clock' | 'newSecret' | 'hashSecret'>,
  actor: Actor,
  input: { name: string; expiresInSeconds: number | null },
): { token: Token; secret: string } {
  const at = deps.clock.now();
  const secret = `crane_${deps.newSecret().secret}`;
  const token = deps.store.tokens.create({
    userId: actor.user.id,
    name: input.name,
    hash: deps.hashSecret(secret),
    at,
    expiresAt: input.expiresInSeconds === null ? null : at + input.expiresInSeconds * 1000,
  });
  return { token, secret };
}

/** Ends one of the actor's own tokens. */
export function revokeToken(deps: Pick<ActionDeps, 'store'>, actor: Actor, input: { id: number }): void {
  if (deps.store.tokens.revoke(actor.user.id, input.id)) return;
  throw new CraneError('route.not_found', {
    message: `You have no token ${input.id}.`,
    fix: 'List them with: GET /api/v1/me/tokens',
  });
}
