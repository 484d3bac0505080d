import { z } from 'zod';
import { followFeed } from '../../actions/follow-feed.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { queryFlag, queryNumber } from '../schema/query.ts';
import { lastEventId, sendEvents } from '../server-sent-events.ts';

export function declareEventRoutes(app: ApiInstance, { deps, log, closing, streams }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/events',
    exposeHeadRoute: false,
    schema: {
      tags: ['platform'],
      summary: 'What happens, as it happens',
      description:
        'Server-sent events (FeedEvent) from now on, or after `Last-Event-ID` (0 = the oldest that is kept). A comment is sent every 10 s.',
      querystring: z.strictObject({
        follow: queryFlag
          .default(true)
          .describe('Else it ends, with an event `end`, after what has happened.'),
        sinceMs: queryNumber(0, Number.MAX_SAFE_INTEGER)
          .exactOptional()
          .describe('Without Last-Event-ID: not before this time, in milliseconds since the epoch.'),
      }),
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { follow, sinceMs } = request.query;
      const input = {
        after: lastEventId(request.headers),
        sinceMs: sinceMs ?? null,
        isEndless: follow,
      };
      return sendEvents(reply, { log, closing, streams }, async function* (signal) {
        for await (const event of followFeed(deps, actor, input, signal)) {
          yield { id: String(event.seq), event: event.kind, data: event };
        }
        if (!signal.aborted) yield { event: 'end', data: {} };
      });
    },
  });
}
