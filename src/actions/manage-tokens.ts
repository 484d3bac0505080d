import { CraneError } from '../core/error/crane-error.ts';
import type { TokenVerb } from '../core/people/token-scope.ts';
import type { Token } from '../core/port/store.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** A token with the apps it is limited to by name; one that is gone has none. */
export type TokenView = Token & { apps: string[] | null };

/** The actor's own tokens; the secrets are not kept. */
export function listTokens(deps: Pick<ActionDeps, 'store'>, actor: Actor): TokenView[] {
  return deps.store.tokens.list(actor.user.id).map((token) => viewOf(deps, token));
}

/** A further token of the actor, as wide as the actor or limited to verbs and apps; `secret` is given this once. */
export function createToken(
  deps: Pick<ActionDeps, 'store' | 'clock' | 'newSecret' | 'hashSecret'>,
  actor: Actor,
  input: {
    name: string;
    expiresInSeconds: number | null;
    verbs?: TokenVerb[] | null;
    apps?: string[] | null;
  },
): { token: TokenView; secret: string } {
  const at = deps.clock.now();
  const secret = `crane_${deps.newSecret().secret}`;
  const appIds = input.apps?.map((ref) => findApp(deps, actor, ref).id) ?? null;
  const token = deps.store.tokens.create({
    userId: actor.user.id,
    name: input.name,
    hash: deps.hashSecret(secret),
    at,
    expiresAt: input.expiresInSeconds === null ? null : at + input.expiresInSeconds * 1000,
    verbs: input.verbs ?? null,
    appIds,
  });
  return { token: viewOf(deps, token), secret };
}

/** Ends one of the actor's own tokens. */
export function revokeToken(deps: Pick<ActionDeps, 'store'>, actor: Actor, input: { id: number }): void {
  if (deps.store.tokens.revoke(actor.user.id, input.id)) return;
  throw new CraneError('route.not_found', {
    message: `You have no token ${input.id}.`,
    fix: 'List them with: crane token ls',
  });
}

function viewOf(deps: Pick<ActionDeps, 'store'>, token: Token): TokenView {
  const apps =
    token.appIds?.flatMap((id) => deps.store.apps.find({ kind: 'all' }, id)?.uniqueName ?? []) ?? null;
  return { ...token, apps };
}
