import { listPorts } from '../../actions/list-ports.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { portsQuery, portsSchema } from '../schema/port-schema.ts';

const answerTimeoutMs = 20_000;

export function declarePortRoutes(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/ports',
    exposeHeadRoute: false,
    schema: {
      operationId: 'listPorts',
      tags: ['apps'],
      summary: 'Published addresses of the running instances',
      params: appParams,
      querystring: portsQuery,
      response: { 200: portsSchema },
    },
    handler: async (request) => {
      const { service = null, port = null, protocol = null } = request.query;
      const signal = AbortSignal.any([closing, AbortSignal.timeout(answerTimeoutMs)]);
      const input = { app: request.params.app, service, port, protocol };
      return { items: await listPorts(deps, actorOf(request), input, signal) };
    },
  });
}
