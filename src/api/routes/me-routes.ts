import { z } from 'zod';
import { createToken, listTokens, revokeToken } from '../../actions/manage-tokens.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { queryNumber } from '../schema/query.ts';
import { newTokenAnswer, newTokenBody, tokensSchema, userSchema } from '../schema/user-schema.ts';

const tags = ['people'];

export function declareMeRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/me',
    schema: { tags, summary: 'Who the token belongs to', response: { 200: userSchema } },
    handler: async (request) => actorOf(request).user,
  });
  app.route({
    method: 'GET',
    url: '/api/v1/me/tokens',
    schema: { tags, summary: 'Own tokens, without their secrets', response: { 200: tokensSchema } },
    handler: async (request) => ({ items: listTokens(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/me/tokens',
    schema: {
      tags,
      summary: 'Make a further token',
      body: newTokenBody,
      response: { 201: newTokenAnswer },
    },
    handler: async (request, reply) =>
      reply.code(201).send(createToken(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/me/tokens/:id',
    schema: {
      tags,
      summary: 'Revoke a token',
      params: z.object({ id: queryNumber(1, Number.MAX_SAFE_INTEGER) }),
      response: { 204: z.undefined().describe('Revoked.') },
    },
    handler: async (request, reply) => {
      revokeToken(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}
