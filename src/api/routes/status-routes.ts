import { showStatus } from '../../actions/show-status.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { statusSchema } from '../schema/platform-schema.ts';

export function declareStatusRoutes(app: ApiInstance, { deps, version, startedAt }: RouteContext): void {
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
}
