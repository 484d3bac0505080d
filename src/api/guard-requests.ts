import type { FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify';
import { z } from 'zod';
import type { ActionDeps } from '../actions/action-deps.ts';
import { findApp } from '../actions/find-app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { actorOf, type ApiInstance } from './api-instance.ts';
import { entityTag, isExpectedRevision, isKnownAnswer, revisionTag, type Revised } from './entity-tag.ts';
import { answerOnce } from './answer-once.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The app of the address, in the revision it had before the request was handled. */
    revised: Revised | null;
  }
}

const appOfAddress = z.object({ app: z.string() });
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What every route below `app` keeps without saying so: reads have an `ETag` and honour `If-None-Match`; changes honour
 * `If-Match` and `Idempotency-Key`. Handlers run up to their first wait in the same turn as the check, so nothing comes in between.
 */
export function guardRequests(app: ApiInstance, deps: ActionDeps): void {
  const once = answerOnce(app, deps);
  app.decorateRequest('revised', null);
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.isPublic === true) return;
    const { handler } = route;
    const checked: RouteHandlerMethod = function checkRevision(request, reply) {
      noteRevision(deps, request);
      if (!safe.has(request.method)) requireRevision(request, reply);
      return handler.call(this, request, reply);
    };
    const isChange = [route.method].flat().some((method) => !safe.has(method));
    route.handler = isChange ? once(checked) : checked;
  });
  // With `done` and not as a promise: a change is answered in the turn, and the transaction, of its handler.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!isTagged(request, reply) || typeof payload !== 'string') return done(null, payload);
    const tag = entityTag(request.revised, payload);
    void reply.header('etag', tag);
    const known = request.headers['if-none-match'];
    if (known === undefined || !isKnownAnswer(known, tag)) return done(null, payload);
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return done(null, null);
  });
}

function isTagged(request: FastifyRequest, reply: FastifyReply): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && reply.statusCode === 200 && request.routeOptions.config.isPublic !== true;
}

function noteRevision(deps: ActionDeps, request: FastifyRequest): void {
  const address = appOfAddress.safeParse(request.params);
  if (!address.success) return;
  try {
    const { id, revision } = findApp(deps, actorOf(request), address.data.app);
    request.revised = { appId: id, revision };
  } catch (error) {
    // The route says what it makes of an address without an app.
    if (!(error instanceof CraneError)) throw error;
  }
}

/** What has no revision cannot be compared: a change is not made as if it had been (RFC 9110, 13.1.1). An app that is not there is told by its route. */
function refuseCondition({ params }: FastifyRequest, header: string): void {
  if (header.trim() === '*' || appOfAddress.safeParse(params).success) return;
  throw new CraneError('input.precondition', {
    message: 'Only apps have a revision that If-Match could be compared with.',
    fix: 'Leave If-Match out.',
  });
}

function requireRevision(request: FastifyRequest, reply: FastifyReply): void {
  const header = request.headers['if-match'];
  if (header === undefined) return;
  if (request.revised === null) return refuseCondition(request, header);
  if (isExpectedRevision(header, request.revised)) return;
  const tag = revisionTag(request.revised);
  void reply.header('etag', tag);
  throw new CraneError('app.changed', {
    message: `The app was changed meanwhile: its tag is ${tag} (saw ${header.slice(0, 100)}).`,
    fix: 'Read it again, look whether the change is still wanted, then send it with the new ETag.',
  });
}
