import { z } from 'zod';
import {
  addWebhook,
  enableWebhook,
  listDeliveries,
  listWebhooks,
  removeWebhook,
} from '../../actions/manage-webhooks.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { queryNumber } from '../schema/query.ts';
import {
  deliveriesSchema,
  newWebhookAnswer,
  newWebhookBody,
  webhookSchema,
  webhooksSchema,
} from '../schema/webhook-schema.ts';

const tags = ['delivery'];
const params = z.object({ id: z.string() });

export function declareWebhookRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/webhooks',
    schema: { tags, summary: 'Own webhooks', response: { 200: webhooksSchema } },
    handler: async (request) => ({ items: listWebhooks(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/webhooks',
    schema: {
      tags,
      summary: 'Tell an address what happens from now on',
      description:
        'Each event is a POST of its JSON, in order, at least once: `X-Crane-Event`, `X-Crane-Delivery` (the same for each attempt) and `X-Crane-Signature: t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>`. Any 2xx takes it; else it is sent again later and later, and after 12 failures in a row, or 410, the webhook is disabled. Redirects are not followed.',
      body: newWebhookBody,
      response: { 201: newWebhookAnswer },
    },
    handler: async (request, reply) => reply.code(201).send(addWebhook(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/webhooks/:id',
    schema: {
      tags,
      summary: 'Remove a webhook',
      params,
      response: { 204: z.undefined().describe('Removed.') },
    },
    handler: async (request, reply) => {
      removeWebhook(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/webhooks/:id/enable',
    schema: {
      tags,
      summary: 'Let a disabled webhook go on with the event it stopped at',
      params,
      response: { 200: webhookSchema },
    },
    handler: async (request) => enableWebhook(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/webhooks/:id/deliveries',
    schema: {
      tags,
      summary: 'What was sent and what came back, the newest first; the last 500 attempts are kept',
      params,
      querystring: z.strictObject({ limit: queryNumber(1, 500).default(50) }),
      response: { 200: deliveriesSchema },
    },
    handler: async (request) => ({
      items: listDeliveries(deps, actorOf(request), { ...request.params, ...request.query }),
    }),
  });
}
