import { showStatus } from '../../actions/show-status.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { statusSchema, versionSchema } from '../schema/platform-schema.ts';

export function declareStatusRoutes(
  app: ApiInstance,
  { deps, version, build, startedAt }: RouteContext,
): void {
  app.route({
    method: 'GET',
    url: '/api/v1/status',
    schema: {
      tags: ['platform'],
      summary: 'State of the parts, and how much runs',
      response: { 200: statusSchema },
    },
    handler: async () => ({ version, startedAt, ...(await showStatus(deps)) }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/version',
    config: { isPublic: true },
    schema: {
      tags: ['platform'],
      security: [],
      summary: 'Version of the control plane, and the identity of the code it runs',
      response: { 200: versionSchema },
    },
    handler: async () => ({ version, build }),
  });
}
