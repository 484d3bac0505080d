import { z } from 'zod';
import { describeUsage, followUsage } from '../../actions/describe-usage.ts';
import { readHistory } from '../../actions/read-history.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { historySchema } from '../schema/history-schema.ts';
import { queryFlag, queryNumber } from '../schema/query.ts';
import { usageReportSchema, viewOfUsage } from '../schema/usage-schema.ts';
import { sendEvents } from '../server-sent-events.ts';

export function declareUsageRoutes(app: ApiInstance, { deps, log, closing, streams }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/stats',
    exposeHeadRoute: false,
    schema: {
      tags: ['apps'],
      summary: 'CPU, memory, network and disk use of the running instances',
      description:
        'A UsageReport; with `follow=true` or `Accept: text/event-stream` server-sent events, one each second.',
      params: appParams,
      querystring: z.strictObject({ follow: queryFlag.default(false) }),
      response: {
        200: {
          description: 'What the instances use',
          content: {
            'application/json': { schema: usageReportSchema },
            'text/event-stream': { schema: z.string() },
          },
        },
      },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const first = describeUsage(deps, actor, request.params);
      const isStream = request.headers.accept?.includes('text/event-stream') === true;
      if (!request.query.follow && !isStream) return reply.type('application/json').send(viewOfUsage(first));
      return sendEvents(reply, { log, closing, streams }, async function* (signal) {
        for await (const report of followUsage(deps, actor, request.params, signal))
          yield { event: 'usage', data: viewOfUsage(report) };
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/history',
    exposeHeadRoute: false,
    schema: {
      tags: ['apps'],
      summary: 'What was measured of an app: requests, latency, errors, replicas, CPU and memory, by service',
      params: appParams,
      querystring: z.strictObject({ minutes: queryNumber(1, 20_160).default(15) }),
      response: { 200: historySchema },
    },
    handler: (request) =>
      readHistory(deps, actorOf(request), { ...request.params, minutes: request.query.minutes }, closing),
  });
}
