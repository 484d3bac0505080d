import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { execCommand, findInstance, type InstanceTarget } from '../../actions/exec-command.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { instanceLabel } from '../../core/service/instance.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { queryNumber } from '../schema/query.ts';
import { execStartSchema } from '../schema/session-schema.ts';
import { serveSession, sessionTimes } from '../serve-session.ts';
import { createSessionLimit } from '../session-limit.ts';

const description =
  `A WebSocket. The first message is an ExecStart; binary messages after it are input, and SessionInput changes the size of the
terminal or ends the input. The server answers with SessionEvents; its binary messages are output: a byte 1 (stdout) or 2 (stderr), then
what was written. It beats with pings; without a byte either way for four hours it ends. What is wrong with the app, the service or the
instance is a problem document instead of the upgrade.`.replaceAll('\n', ' ');

const query = z.strictObject({
  service: z.string().max(255).exactOptional().describe('May be left out where the app has only one.'),
  instance: queryNumber(1, 1_000_000).exactOptional().describe('Slot of the instance; else the lowest.'),
});

export function declareExecRoutes(app: ApiInstance, { deps, log, closing }: RouteContext): void {
  const targets = new WeakMap<FastifyRequest, InstanceTarget>();
  const limit = createSessionLimit();
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/exec',
    exposeHeadRoute: false,
    config: { isSocket: true },
    schema: {
      operationId: 'execCommand',
      tags: ['apps'],
      summary: 'Run a command in an instance',
      description,
      params: appParams,
      querystring: query,
      response: { 101: z.null().describe('The WebSocket is open') },
    },
    preHandler: async (request) => {
      const { service, instance } = query.parse(request.query);
      const { app: ref } = appParams.parse(request.params);
      const input = { app: ref, service: service ?? null, slot: instance ?? null };
      targets.set(request, await findInstance(deps, actorOf(request), input, closing));
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
          schema: execStartSchema,
          log,
          closing,
          requestId: request.id,
          times: sessionTimes,
          open: async ({ command, tty, stdin, environment, user, workingDir, size }, signal) => ({
            instance: instanceLabel(target.instance),
            session: await execCommand(
              deps,
              actorOf(request),
              target,
              {
                command,
                hasTty: tty,
                hasInput: stdin,
                environment: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
                user: user ?? null,
                workingDir: workingDir ?? null,
                size: size ?? null,
              },
              signal,
            ),
          }),
        }),
      );
    },
  });
}

/** For a plain request to an address of a WebSocket. */
export function upgradeRequired(): CraneError {
  return new CraneError('input.upgrade_required', {
    message: 'This address is a WebSocket.',
    fix: 'Connect with a WebSocket client, or use: crane exec',
  });
}
