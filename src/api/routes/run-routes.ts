import { z } from 'zod';
import { findOneOffTarget, runOneOff, type OneOffTarget } from '../../actions/run-one-off.ts';
import type { FastifyRequest } from 'fastify';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { runStartSchema } from '../schema/session-schema.ts';
import { serveSession, sessionTimes } from '../serve-session.ts';
import { createSessionLimit } from '../session-limit.ts';
import { upgradeRequired } from './exec-routes.ts';

const description =
  `A WebSocket as that of exec; the first message is a RunStart. The instance has the image, networks and volumes of the service's
current release, is not routed, publishes no port, counts as no replica, and is removed at its end or when the connection is lost.`.replaceAll(
    '\n',
    ' ',
  );

const query = z.strictObject({ service: z.string().max(255) });

export function declareRunRoutes(app: ApiInstance, { deps, log, closing }: RouteContext): void {
  const targets = new WeakMap<FastifyRequest, OneOffTarget>();
  const limit = createSessionLimit();
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/run',
    exposeHeadRoute: false,
    config: { isSocket: true },
    schema: {
      operationId: 'runOneOff',
      tags: ['apps'],
      summary: 'Run a one-off instance of a service',
      description,
      params: appParams,
      querystring: query,
      response: { 101: z.null().describe('The WebSocket is open') },
    },
    preHandler: async (request) => {
      const { service } = query.parse(request.query);
      const { app: ref } = appParams.parse(request.params);
      targets.set(request, findOneOffTarget(deps, actorOf(request), { app: ref, service }));
      if (request.ws) limit.check();
    },
    handler: async () => {
      throw upgradeRequired();
    },
    wsHandler: async (socket, request) => {
      const target = targets.get(request);
      if (target === undefined) return socket.close(1011);
      await limit.during(() =>
        serveSession(socket, {
          schema: runStartSchema,
          log,
          closing,
          requestId: request.id,
          // A migration may say nothing for hours; it ends with its client.
          times: { ...sessionTimes, idleMs: null },
          open: ({ command, tty, stdin, environment, user, workingDir, size }, signal) =>
            runOneOff(
              deps,
              actorOf(request),
              target,
              {
                command,
                environment,
                user: user ?? null,
                workingDir: workingDir ?? null,
                hasTty: tty,
                hasInput: stdin,
                size: size ?? null,
              },
              signal,
            ),
        }),
      );
    },
  });
}
