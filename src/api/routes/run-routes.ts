import { z } from 'zod';
import { findOneOffTarget, runOneOff } from '../../actions/run-one-off.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { runStartSchema } from '../schema/session-schema.ts';
import { sessionTimes } from '../serve-session.ts';
import { declareSessionRoute } from './session-route.ts';

const description =
  `A WebSocket as that of exec; the first message is a RunStart. The instance has the image, networks and volumes of the service's
current release, is not routed, publishes no port, counts as no replica, and is removed at its end or when the connection is lost.`.replaceAll(
    '\n',
    ' ',
  );

const query = z.strictObject({ service: z.string().max(255) });

export function declareRunRoutes(app: ApiInstance, context: RouteContext): void {
  const { deps } = context;
  declareSessionRoute(app, context, {
    url: '/api/v1/apps/:app/run',
    operationId: 'runOneOff',
    summary: 'Run a one-off instance of a service',
    description,
    query,
    start: runStartSchema,
    // A migration may say nothing for hours; it ends with its client.
    times: { ...sessionTimes, idleMs: null },
    find: ({ app: ref, query: { service } }, actor) => findOneOffTarget(deps, actor, { app: ref, service }),
    open: (target, { command, tty, stdin, environment, user, workingDir, size }, actor, signal) =>
      runOneOff(
        deps,
        actor,
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
  });
}
