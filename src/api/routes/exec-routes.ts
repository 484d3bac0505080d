import { z } from 'zod';
import { execCommand, findInstance } from '../../actions/exec-command.ts';
import { instanceLabel } from '../../core/service/instance.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { queryNumber } from '../schema/query.ts';
import { execStartSchema } from '../schema/session-schema.ts';
import { sessionTimes } from '../serve-session.ts';
import { declareSessionRoute } from './session-route.ts';

const description =
  `A WebSocket. The first message is an ExecStart; binary messages after it are input, and SessionInput changes the size of the
terminal or ends the input. The server answers with SessionEvents; its binary messages are output: a byte 1 (stdout) or 2 (stderr), then
what was written. It beats with pings; without a byte either way for four hours it ends. What is wrong with the app, the service or the
instance is a problem document instead of the upgrade.`.replaceAll('\n', ' ');

const query = z.strictObject({
  service: z.string().max(255).exactOptional().describe('May be left out where the app has only one.'),
  instance: queryNumber(1, 1_000_000).exactOptional().describe('Slot of the instance; else the lowest.'),
});

export function declareExecRoutes(app: ApiInstance, context: RouteContext): void {
  const { deps, closing } = context;
  declareSessionRoute(app, context, {
    url: '/api/v1/apps/:app/exec',
    operationId: 'execCommand',
    summary: 'Run a command in an instance',
    description,
    query,
    start: execStartSchema,
    times: sessionTimes,
    find: ({ app: ref, query: { service, instance } }, actor) =>
      findInstance(deps, actor, { app: ref, service: service ?? null, slot: instance ?? null }, closing),
    open: async (target, { command, tty, stdin, environment, user, workingDir, size }, actor, signal) => ({
      instance: instanceLabel(target.instance),
      session: await execCommand(
        deps,
        actor,
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
  });
}
