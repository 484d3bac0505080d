import { setUp } from '../../actions/set-up.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { setupAnswer, setupBody } from '../schema/user-schema.ts';

export function declareSetupRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/setup',
    config: { isPublic: true },
    schema: {
      tags: ['people'],
      summary: 'Redeem the one-time setup token: makes the first admin',
      security: [],
      body: setupBody,
      response: { 201: setupAnswer },
    },
    handler: async (request, reply) => reply.code(201).send(await setUp(deps, request.body)),
  });
}
