import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ActionDeps, Actor } from '../actions/action-deps.ts';
import { relationTo, type Resource } from '../actions/relation-to.ts';
import type { AccessQuestion, AccessVerdict } from '../core/access/access.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ApiInstance } from './api-instance.ts';
import { watchAccess } from './watch-access.ts';

const appAddress = z.object({ app: z.string() });
const idAddress = z.object({ id: z.string() });
const byId = [
  { prefix: '/api/v1/operations/', kind: 'operation' },
  { prefix: '/api/v1/decisions/', kind: 'decision' },
] as const;

/**
 * Whoever asks below `app`, the access policy decides: on the role, the operation id, what the app is to the person, and what the token is
 * limited to. What is not said to be allowed is refused; without the policy engine everything is (`policy.unavailable`).
 * Who owns the machine is not asked about.
 */
export function authorize(app: ApiInstance, deps: ActionDeps): void {
  const decide = rememberVerdicts(deps);
  const check = async (request: FastifyRequest): Promise<void> => {
    if (request.actor !== null && !request.is404) await requireAccess(deps, request, request.actor, decide);
  };
  app.addHook('onRequest', check);
  watchAccess(app, deps, async (request, actor) => requireAccess(deps, request, actor, decide));
  // Who calls a deploy hook is known later.
  app.addHook('preHandler', async (request) => {
    if (request.routeOptions.config.isSelfAuthenticated === true) await check(request);
  });
}

async function requireAccess(
  deps: ActionDeps,
  request: FastifyRequest,
  actor: Actor,
  decide: (question: AccessQuestion) => Promise<AccessVerdict>,
): Promise<void> {
  // What the policies say is what the owner of the machine is there to repair.
  if (actor.via?.kind === 'break-glass') return;
  const { relation, absence } = relationTo(deps, actor, resourceOf(request));
  const question = {
    role: actor.user.role,
    action: request.routeOptions.schema?.operationId ?? '',
    relation,
    verbs: actor.limits?.verbs ?? null,
    isAppToken: (actor.limits?.appIds ?? null) !== null,
  };
  const { isAllowed, reason } = await decideOrLook(question, request.method, decide);
  if (isAllowed) return;
  // What somebody may not see is not there: the same answer as for what never was.
  if (absence !== null) throw absence;
  throw new CraneError('auth.forbidden', {
    message: `This is not allowed: ${reason}.`,
    fix: 'Ask an admin, or the owner of the app; crane whoami shows your role.',
  });
}

/** Reach into instances, though they are asked by GET. */
const reachingIn = new Set(['execCommand', 'runOneOff', 'readFiles']);

/** Without the policy engine admins still look, to see what is wrong; nobody changes anything, and users wait. */
async function decideOrLook(
  question: AccessQuestion,
  method: string,
  decide: (question: AccessQuestion) => Promise<AccessVerdict>,
): Promise<AccessVerdict> {
  try {
    return await decide(question);
  } catch (error) {
    const isPolicyDown = error instanceof CraneError && error.code.startsWith('policy.');
    const isLimited = question.verbs !== null || question.isAppToken;
    const isLooking = method === 'GET' && !reachingIn.has(question.action);
    if (!isPolicyDown || question.role !== 'admin' || isLimited || !isLooking) throw error;
    return { isAllowed: true, reason: 'the policy engine is down', policyRevision: 'none' };
  }
}

function resourceOf({ params, routeOptions, hook }: FastifyRequest): Resource {
  const { url = '', config } = routeOptions;
  if (config.isSelfAuthenticated === true && hook != null) return { kind: 'app', ref: String(hook.appId) };
  const address = appAddress.safeParse(params);
  if (address.success) return { kind: 'app', ref: address.data.app };
  const known = byId.find(({ prefix }) => url.startsWith(prefix));
  const named = idAddress.safeParse(params);
  return known === undefined || !named.success ? { kind: 'none' } : { kind: known.kind, id: named.data.id };
}

/** So long an answer of the policy engine holds. It depends on the question alone, and the policies change only with a restart. */
const rememberedMs = 5_000;
const mostRemembered = 5_000;

function rememberVerdicts({
  policy,
  clock,
}: Pick<ActionDeps, 'policy' | 'clock'>): (question: AccessQuestion) => Promise<AccessVerdict> {
  const known = new Map<string, { verdict: AccessVerdict; until: number }>();
  return async (question) => {
    const key = JSON.stringify(question);
    const before = known.get(key);
    if (before !== undefined && before.until > clock.monotonic()) return before.verdict;
    const verdict = await policy.decideAccess(question);
    if (known.size >= mostRemembered) known.clear();
    known.set(key, { verdict, until: clock.monotonic() + rememberedMs });
    return verdict;
  };
}
