import { describeScans } from '../../actions/describe-scans.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { scansSchema } from '../schema/platform-schema.ts';

export function declareScanRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/scans',
    schema: {
      tags: ['apps'],
      summary: 'The newest scan of each image of the current release',
      params: appParams,
      response: { 200: scansSchema },
    },
    handler: async (request) => ({ items: describeScans(deps, actorOf(request), request.params) }),
  });
}
