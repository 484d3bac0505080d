import type { FastifyRequest } from 'fastify';
import type { ActionDeps, Actor } from '../actions/action-deps.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ApiInstance } from './api-instance.ts';
import { wrongToken } from './authenticate.ts';

declare module 'fastify' {
  interface FastifyInstance {
    accessWatch: AccessWatch;
  }
}

/** What stays open after its request was let in: streams and sessions. */
export type AccessWatch = {
  /** Aborts, with what to say, when the person would not be let in any more. To be released at the end. */
  hold(request: FastifyRequest): { signal: AbortSignal; release(): void };
};

/** Also without a change by somebody: logins and tokens come to their end by themselves. */
const lookMs = 5_000;
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Asks again for whatever is open, with the person as they are now: after each change that somebody made, and every few seconds. Who was
 * disabled or demoted, logged out or taken out of a group, or lost the app, does not go on reading.
 */
export function watchAccess(
  app: ApiInstance,
  deps: ActionDeps,
  requireAccess: (request: FastifyRequest, actor: Actor) => Promise<void>,
): void {
  const open: Open = new Map();
  const look = inTurn(async () => {
    // Who is gone does not wait for the policy engine.
    endGone(deps, open);
    for (const [request, abort] of open) {
      const actor = request.actor === null ? null : actorNow(deps, request.actor);
      const refusal = actor === null ? null : await refusalOf(requireAccess(request, actor));
      if (refusal !== null) abort.abort(refusal);
    }
  });
  const timer = setInterval(look, lookMs);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
  app.addHook('onResponse', async ({ method }, { statusCode }) => {
    if (open.size > 0 && !safe.has(method) && statusCode < 400) look();
  });
  app.decorate('accessWatch', {
    hold: (request) => {
      const abort = new AbortController();
      open.set(request, abort);
      return { signal: abort.signal, release: () => void open.delete(request) };
    },
  });
}

type Open = Map<FastifyRequest, AbortController>;

function endGone(deps: ActionDeps, open: Open): void {
  for (const [{ actor }, abort] of open)
    if (actor === null || actorNow(deps, actor) === null) abort.abort(wrongToken());
}

/** A policy engine that is down is no refusal: who was let in goes on. */
async function refusalOf(access: Promise<void>): Promise<CraneError | null> {
  try {
    await access;
    return null;
  } catch (error) {
    const isRefusal =
      error instanceof CraneError && (error.code.startsWith('auth.') || error.code.endsWith('.not_found'));
    return isRefusal ? error : null;
  }
}

/** One run at a time; what is asked for during one is another one after it. */
function inTurn(work: () => Promise<void>): () => void {
  let isBusy = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      // A store that cannot be read is told by each request; here it is looked at again.
      await work().catch(() => undefined);
    }
    isBusy = false;
  };
  return () => {
    isWanted = true;
    if (!isBusy) void run();
  };
}

/** The same person as they are now; null when they, or what they showed, are no good any more. */
function actorNow({ store, clock }: Pick<ActionDeps, 'store' | 'clock'>, actor: Actor): Actor | null {
  const { via } = actor;
  if (via?.kind === 'break-glass') return actor;
  const user = store.users.find(actor.user.id);
  if (user === null || user.isDisabled) return null;
  const now = clock.now();
  if (via?.kind === 'token') {
    const token = store.tokens.list(user.id).find(({ id }) => id === via.tokenId);
    if (token === undefined || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  } else if (via !== undefined && store.logins.find(via.loginId, now) === null) return null;
  return { ...actor, user };
}
