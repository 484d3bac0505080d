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
  const open = new Map<FastifyRequest, AbortController>();
  const look = async (): Promise<void> => {
    for (const [request, abort] of open) {
      const refusal = await whyNot(request);
      if (refusal !== null) abort.abort(refusal);
    }
  };
  const whyNot = async (request: FastifyRequest): Promise<CraneError | null> => {
    const actor = request.actor === null ? null : actorNow(deps, request.actor);
    if (actor === null) return wrongToken();
    try {
      await requireAccess(request, actor);
      return null;
    } catch (error) {
      // A policy engine that is down is no refusal: who was let in goes on.
      return error instanceof CraneError && isRefusal(error) ? error : null;
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
  app.addHook('onResponse', async ({ method }, { statusCode }) => {
    if (open.size > 0 && !safe.has(method) && statusCode < 400) void look();
  });
  app.decorate('accessWatch', {
    hold: (request) => {
      const abort = new AbortController();
      open.set(request, abort);
      return { signal: abort.signal, release: () => void open.delete(request) };
    },
  });
}

function isRefusal({ code }: CraneError): boolean {
  return code.startsWith('auth.') || code.endsWith('.not_found');
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
