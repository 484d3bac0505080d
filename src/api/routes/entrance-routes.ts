import { readRegistration } from '../../actions/register-user.ts';
import { isSetUp } from '../../actions/set-up.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { entranceSchema } from '../schema/user-schema.ts';

export function declareEntranceRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/entrance',
    config: { isPublic: true },
    schema: {
      tags: ['people'],
      operationId: 'getEntrance',
      summary: 'How people get in here',
      security: [],
      response: { 200: entranceSchema },
    },
    handler: async () => ({
      isSetUp: isSetUp(deps),
      registration: readRegistration(deps),
      provider: deps.identityProvider === null ? null : { name: deps.identityProvider.name },
    }),
  });
}
