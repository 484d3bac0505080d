import { abortCanary, promoteCanary, weighCanary } from '../../actions/canary-app.ts';
import type { Actor } from '../../actions/action-deps.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { canaryBody } from '../schema/deploy-schema.ts';
import { changeAnswer } from '../schema/operation-schema.ts';

const tags = ['apps'];
const params = appParams;
const response = { 202: changeAnswer };

export function declareCanaryRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const view = (
    actor: Actor,
    accepted: ReturnType<typeof abortCanary>,
  ): { url: string; body: ReturnType<typeof viewOfAccepted> } => ({
    url: operationUrl(accepted.operation),
    body: viewOfAccepted(deps, actor, accepted),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/apps/:app/canary',
    schema: {
      tags,
      summary: 'Give the canary another share of the requests',
      params,
      body: canaryBody,
      response,
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const input = { app: request.params.app, weight: request.body.weight };
      const { url, body } = view(actor, weighCanary(deps, actor, input));
      return reply.code(202).header('location', url).send(body);
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app/canary',
    schema: { tags, summary: 'End the canary; the own release serves alone again', params, response },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { url, body } = view(actor, abortCanary(deps, actor, request.params));
      return reply.code(202).header('location', url).send(body);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/promote',
    schema: { tags, summary: 'Make the canary the own release of the app', params, response },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { url, body } = view(actor, promoteCanary(deps, actor, request.params));
      return reply.code(202).header('location', url).send(body);
    },
  });
}
