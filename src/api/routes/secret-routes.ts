import { z } from 'zod';
import { rotateSecretKey } from '../../actions/rotate-secret-key.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';

export function declareSecretRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/secret-key::rotate',
    schema: {
      tags: ['platform'],
      summary: 'Seal all secrets anew, with a new key',
      description: 'For admins. Nothing that runs is touched.',
      response: { 200: z.object({ resealed: z.int().describe('Texts that were sealed anew.') }) },
    },
    handler: async (request) => rotateSecretKey(deps, actorOf(request)),
  });
}
