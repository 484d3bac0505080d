import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import type { Actor } from '../../actions/action-deps.ts';
import { appParams } from '../schema/app-schema.ts';
import { serveSession, type OpenedSession, type SessionTimes } from '../serve-session.ts';
import { createSessionLimit } from '../session-limit.ts';

/** A WebSocket of an app: what it is about, and how the client's first message opens it. */
type SessionRoute<Query extends z.ZodType, Start, Target> = {
  url: `/api/v1/apps/:app/${string}`;
  operationId: string;
  summary: string;
  description: string;
  query: Query;
  start: z.ZodType<Start>;
  times: SessionTimes;
  /** What is wrong with it is a problem document instead of the upgrade. */
  find: (of: { app: string; query: z.output<Query> }, actor: Actor) => Target | Promise<Target>;
  open: (target: Target, start: Start, actor: Actor, signal: AbortSignal) => Promise<OpenedSession>;
};

/** Each session holds a connection to the engine and processes in instances. */
const room = { what: 'sessions', each: 25, all: 100 };

/** Declares the WebSocket; so many of its sessions are open at once as there is `room`. */
export function declareSessionRoute<Query extends z.ZodType, Start, Target>(
  app: ApiInstance,
  { log, closing }: Pick<RouteContext, 'log' | 'closing'>,
  {
    url,
    operationId,
    summary,
    description,
    query,
    start,
    times,
    find,
    open,
  }: SessionRoute<Query, Start, Target>,
): void {
  const targets = new WeakMap<FastifyRequest, { found: Target }>();
  const limit = createSessionLimit(room);
  app.route({
    method: 'GET',
    url,
    exposeHeadRoute: false,
    config: { isSocket: true },
    schema: {
      operationId,
      tags: ['apps'],
      summary,
      description,
      params: appParams,
      querystring: query,
      response: { 101: z.null().describe('The WebSocket is open') },
    },
    preHandler: async (request) => {
      const of = { app: appParams.parse(request.params).app, query: query.parse(request.query) };
      targets.set(request, { found: await find(of, actorOf(request)) });
      if (request.ws) limit.check(actorOf(request).user.id);
    },
    handler: async () => {
      throw upgradeRequired();
    },
    wsHandler: async (socket, request) => {
      const target = targets.get(request);
      if (target === undefined) return socket.close(1011);
      const held = app.accessWatch.hold(request);
      await limit.during(actorOf(request).user.id, () =>
        serveSession(socket, {
          schema: start,
          log,
          closing,
          revoked: held.signal,
          requestId: request.id,
          times,
          open: (first, signal) => open(target.found, first, actorOf(request), signal),
        }),
      );
      held.release();
    },
  });
}

/** For a plain request to an address of a WebSocket. */
function upgradeRequired(): CraneError {
  return new CraneError('input.upgrade_required', {
    message: 'This address is a WebSocket.',
    fix: 'Connect with a WebSocket client, or use: crane exec',
  });
}
