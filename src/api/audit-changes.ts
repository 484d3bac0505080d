import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ActionDeps } from '../actions/action-deps.ts';
import type { AuditOutcome } from '../core/audit/audit.ts';
import type { Log } from '../core/port/log.ts';
import { peerOf } from './peer-of.ts';
import type { ApiInstance } from './api-instance.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What it was before the request; null = the request is not audited, or was not let in. */
    audited: { subject: string | null; before: unknown } | null;
  }
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Asked by GET, and still more than looking. */
const reachingIn = new Set(['execCommand', 'runOneOff', 'readFiles']);
/** Asked by POST, and only a question. */
const onlyAsking = /^(check|plan|preview|simulate|judge|replay)|Replay$/;
const named = z.object({ name: z.string().max(100) });
const appAddress = z.object({ app: z.string() });

/**
 * Writes down each change before it is carried out, and what came of it. What cannot be written down is not done: a full disk refuses the
 * change. Requests that are refused are written down too, when it is known who asks.
 */
export function auditChanges(app: ApiInstance, deps: ActionDeps, log: Log): void {
  app.decorateRequest('audited', null);
  app.addHook('preHandler', async (request) => {
    if (!isAudited(request)) return;
    const { subject, state } = look(deps, request);
    request.audited = { subject, before: state };
    append(deps, request, 'asked', subject, {});
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.audited === null && (!isAudited(request) || request.actor === null)) return;
    try {
      const status = reply.statusCode;
      const { subject, state } = look(deps, request);
      const outcome =
        status === 401 || status === 403 || request.audited === null
          ? 'refused'
          : status >= 400
            ? 'failed'
            : 'done';
      const before = request.audited?.before ?? null;
      const change = JSON.stringify(before) === JSON.stringify(state) ? {} : { before, after: state };
      append(deps, request, outcome, request.audited?.subject ?? subject, { status, ...change });
    } catch (error) {
      // It is done, and that it was asked for is on disk.
      log.error({ requestId: request.id, error }, 'the outcome of a change could not be written down');
    }
  });
}

function isAudited({ method, is404, routeOptions }: FastifyRequest): boolean {
  const action = routeOptions.schema?.operationId ?? '';
  if (is404 || action === '') return false;
  return safe.has(method) ? reachingIn.has(action) : !onlyAsking.test(action);
}

function append(
  deps: ActionDeps,
  request: FastifyRequest,
  outcome: AuditOutcome,
  subject: string | null,
  details: Record<string, unknown>,
): void {
  const { actor } = request;
  deps.store.audit.append({
    at: deps.clock.now(),
    actorId: actor === null || actor.via?.kind === 'break-glass' ? null : actor.user.id,
    actor: actor?.user.name ?? null,
    via: viaOf(request),
    address: peerOf(request),
    action: request.routeOptions.schema?.operationId ?? '',
    subject,
    outcome,
    details: { requestId: request.id, ...details },
  });
}

function viaOf({ actor, routeOptions }: FastifyRequest): string {
  if (routeOptions.config.isSelfAuthenticated === true) return 'hook';
  if (actor === null) return 'nothing';
  if (actor.via === undefined) return 'unknown';
  return actor.via.kind === 'token' ? `token ${actor.via.tokenId}` : actor.via.kind;
}

/** What a request is about, and its state now: of an app or a person. */
function look(deps: ActionDeps, request: FastifyRequest): { subject: string | null; state: unknown } {
  const { params, body, revised, routeOptions } = request;
  const address = appAddress.safeParse(params);
  if (address.success) return lookAtApp(deps, revised?.appId ?? address.data.app);
  const group = z.object({ group: z.string() }).safeParse(params);
  if (group.success)
    return { subject: group.data.group.slice(0, 100), state: groupState(deps, group.data.group) };
  const person = named.safeParse(routeOptions.url?.includes('/users/') === true ? params : body);
  if (person.success) {
    const { id: _, ...state } = deps.store.users.findByName(person.data.name) ?? { id: 0 };
    return { subject: person.data.name, state };
  }
  const byId = z.object({ id: z.string() }).safeParse(params);
  return { subject: byId.success ? byId.data.id : null, state: null };
}

function groupState({ store }: ActionDeps, name: string): unknown {
  const group = store.groups.findByName(name);
  if (group === null) return null;
  const members = store.groups.members(group.id).map((member) => [member.name, member.role]);
  return { members: Object.fromEntries(members), apps: store.groups.apps(group.id) };
}

function lookAtApp(deps: ActionDeps, ref: string | number): { subject: string; state: unknown } {
  const app = deps.store.apps.find({ kind: 'all' }, ref);
  if (app === null) return { subject: String(ref).slice(0, 100), state: null };
  const { id, uniqueName, intent, releaseNumber } = app;
  const targets = deps.store.targets.list(id).map(({ service, replicas }) => [service, replicas]);
  return {
    subject: uniqueName,
    state: { intent, release: releaseNumber, replicas: Object.fromEntries(targets) },
  };
}
