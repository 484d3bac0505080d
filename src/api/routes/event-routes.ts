import { z } from 'zod';
import { followFeed } from '../../actions/follow-feed.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { lastEventId, sendEvents } from '../server-sent-events.ts';

export function declareEventRoutes(app: ApiInstance, { deps, log, closing }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/events',
    exposeHeadRoute: false,
    schema: {
      tags: ['platform'],
      summary: 'What happens, as it happens',
      description:
        'Server-sent events (FeedEvent) from now on, or after `Last-Event-ID` (0 = the oldest that is kept). A comment is sent every 10 s.',
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const input = { after: lastEventId(request.headers) };
      return sendEvents(reply, { log, closing }, async function* (signal) {
        for await (const event of followFeed(deps, actor, input, signal)) {
          yield { id: String(event.seq), event: event.kind, data: event };
        }
      });
    },
  });
}
