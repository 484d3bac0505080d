import { z } from 'zod';
import { cancelOperation, findOperation } from '../../actions/cancel-operation.ts';
import { followOperation } from '../../actions/follow-operation.ts';
import { listOperations } from '../../actions/list-history.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { operationSchema, operationsSchema } from '../schema/operation-schema.ts';
import { queryNumber } from '../schema/query.ts';
import { lastEventId, sendEvents } from '../server-sent-events.ts';

const tags = ['operations'];
const params = z.object({ id: z.string() });

export function declareOperationRoutes(
  app: ApiInstance,
  { deps, log, closing, streams }: RouteContext,
): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/operations',
    schema: {
      tags,
      summary: 'Operations of an app, the newest first',
      params: appParams,
      querystring: z.strictObject({ limit: queryNumber(1, 1000).default(50) }),
      response: { 200: operationsSchema },
    },
    handler: async (request) => ({
      items: listOperations(deps, actorOf(request), { ...request.params, ...request.query }),
    }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/operations/:id',
    schema: { tags, summary: 'One operation', params, response: { 200: operationSchema } },
    handler: async (request) => findOperation(deps, actorOf(request), request.params.id),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/operations/:id',
    schema: {
      tags,
      summary: 'Ask an operation to stop; one that has ended stays as it is',
      params,
      response: { 202: operationSchema },
    },
    handler: async (request, reply) =>
      reply.code(202).send(cancelOperation(deps, actorOf(request), request.params)),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/operations/:id/events',
    exposeHeadRoute: false,
    schema: {
      tags,
      summary: 'Follow an operation',
      description:
        'Server-sent events `step` (OperationEvent) from the first on, or after `Last-Event-ID`; at last one event `end` with the Operation, then the stream ends.',
      params,
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { id } = findOperation(deps, actor, request.params.id);
      const input = { id, after: lastEventId(request.headers) ?? 0 };
      return sendEvents(reply, { log, closing, streams }, async function* (signal) {
        for await (const news of followOperation(deps, actor, input, signal)) {
          yield news.kind === 'event'
            ? { id: String(news.event.seq), event: 'step', data: news.event }
            : { event: 'end', data: operationSchema.parse(news.operation) };
        }
      });
    },
  });
}
