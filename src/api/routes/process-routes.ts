import { z } from 'zod';
import { listProcesses } from '../../actions/list-processes.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { processesSchema } from '../schema/session-schema.ts';

const answerTimeoutMs = 20_000;

export function declareProcessRoutes(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/processes',
    exposeHeadRoute: false,
    schema: {
      operationId: 'listProcesses',
      tags: ['apps'],
      summary: 'Processes of the running instances',
      params: appParams,
      querystring: z.strictObject({ service: z.string().max(255).exactOptional() }),
      response: { 200: processesSchema },
    },
    handler: async (request) => {
      const input = { app: request.params.app, service: request.query.service ?? null };
      const signal = AbortSignal.any([closing, AbortSignal.timeout(answerTimeoutMs)]);
      return { items: await listProcesses(deps, actorOf(request), input, signal) };
    },
  });
}
