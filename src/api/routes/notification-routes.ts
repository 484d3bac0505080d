import { z } from 'zod';
import {
  addTarget,
  listMessages,
  listTargets,
  removeTarget,
  testTarget,
} from '../../actions/manage-notifications.ts';
import { followInbox, markInboxRead, readInbox } from '../../actions/read-inbox.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import {
  inboxQuery,
  inboxReadBody,
  inboxSchema,
  messagesSchema,
  newTargetAnswer,
  newTargetBody,
  targetsSchema,
  testAnswer,
} from '../schema/notification-schema.ts';
import { queryNumber } from '../schema/query.ts';
import { lastEventId, sendEvents } from '../server-sent-events.ts';

const tags = ['notifications'];
const params = z.object({ target: z.string().describe('Its id or its name.') });

export function declareNotificationRoutes(app: ApiInstance, context: RouteContext): void {
  declareTargets(app, context);
  declareInbox(app, context);
}

function declareTargets(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/notification-targets',
    schema: { tags, summary: 'Where you are told, and how it fares', response: { 200: targetsSchema } },
    handler: async (request) => ({ items: listTargets(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/notification-targets',
    schema: {
      tags,
      summary: 'Be told by mail, Slack, a signed webhook, Teams, PagerDuty or Jira',
      description:
        'Secrets are write-only. Mail, Slack and webhooks are sent by Crane: to public addresses only, unless an admin adds them; redirects are not followed. Teams, PagerDuty and Jira are receivers of Alertmanager, which checks them before they are kept; only admins add those. A webhook is a POST of `{ id, target, subject, notices[] }` with `X-Crane-Delivery` (the same for each attempt) and `X-Crane-Signature` as of other webhooks.',
      body: newTargetBody,
      response: { 201: newTargetAnswer },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await addTarget(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/notification-targets/:target',
    schema: {
      tags,
      summary: 'Be told there no more; messages on their way are forgotten',
      params,
      response: { 204: z.undefined().describe('Removed.') },
    },
    handler: async (request, reply) => {
      await removeTarget(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/notification-targets/:target/test',
    schema: {
      tags,
      summary: 'Send a test at once; 502 with what came of it when it was not taken',
      params,
      response: { 200: testAnswer },
    },
    handler: async (request) => testTarget(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/notification-targets/:target/messages',
    schema: {
      tags,
      summary: 'Messages that were sent, are on their way or were given up, the newest first',
      params,
      querystring: z.strictObject({ limit: queryNumber(1, 200).default(50) }),
      response: { 200: messagesSchema },
    },
    handler: async (request) => ({
      items: listMessages(deps, actorOf(request), { ...request.params, ...request.query }),
    }),
  });
}

function declareInbox(app: ApiInstance, { deps, log, closing, streams }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/inbox',
    schema: {
      tags,
      summary: 'What you should know, the newest first',
      querystring: inboxQuery,
      response: { 200: inboxSchema },
    },
    handler: async (request) => {
      const { app: ref, unread, limit, cursor = null } = request.query;
      return readInbox(deps, actorOf(request), { app: ref, isUnreadOnly: unread, limit, cursor });
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/inbox/read',
    schema: {
      tags,
      summary: 'Mark notices as read',
      body: inboxReadBody,
      response: { 200: z.object({ readTo: z.int() }) },
    },
    handler: async (request) => markInboxRead(deps, actorOf(request), request.body),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/inbox/events',
    exposeHeadRoute: false,
    schema: {
      tags,
      summary: 'New notices, as they are made',
      description: 'Server-sent events (Notice) from now on, or after `Last-Event-ID`.',
      response: {
        200: { description: 'Notices', content: { 'text/event-stream': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const input = { after: lastEventId(request.headers) };
      return sendEvents(reply, { log, closing, streams }, async function* (signal) {
        for await (const notice of followInbox(deps, actor, input, signal))
          yield { id: String(notice.id), event: 'notice', data: notice };
      });
    },
  });
}
