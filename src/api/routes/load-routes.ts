import { z } from 'zod';
import { describeLoad } from '../../actions/list-history.ts';
import { startLoad } from '../../actions/start-load.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { operationUrl } from '../accepted.ts';
import { appParams } from '../schema/app-schema.ts';
import { loadAccepted, loadBody, loadSchema } from '../schema/load-schema.ts';

const tags = ['loads'];

export function declareLoadRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/loads',
    schema: {
      tags,
      summary: "Send load to one of the app's own routes",
      params: appParams,
      body: loadBody,
      response: { 202: loadAccepted },
    },
    handler: async (request, reply) => {
      const accepted = startLoad(deps, actorOf(request), { ...request.body, ...request.params });
      return reply.code(202).header('location', operationUrl(accepted.operation)).send(accepted);
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/loads/:id',
    schema: {
      tags,
      summary: 'A load and its report',
      params: appParams.extend({ id: z.string() }),
      response: { 200: loadSchema },
    },
    handler: async (request) => describeLoad(deps, actorOf(request), request.params),
  });
}
