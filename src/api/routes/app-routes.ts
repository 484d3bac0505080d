import { z } from 'zod';
import { deleteApp } from '../../actions/delete-app.ts';
import { describeApp, listApps } from '../../actions/describe-app.ts';
import { describeInstances } from '../../actions/describe-instances.ts';
import { exportCompose } from '../../actions/export-compose.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { appParams, appSchema, appsSchema, instancesSchema } from '../schema/app-schema.ts';
import { changeAnswer } from '../schema/operation-schema.ts';
import { queryNames } from '../schema/query.ts';

const tags = ['apps'];

export function declareAppRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps',
    schema: { tags, summary: 'All apps', response: { 200: appsSchema } },
    handler: async (request) => ({ items: listApps(deps, actorOf(request)) }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app',
    schema: { tags, summary: 'One app', params: appParams, response: { 200: appSchema } },
    handler: async (request) => describeApp(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app',
    schema: {
      tags,
      summary: 'Delete an app; only the volumes that are named go with it',
      params: appParams,
      querystring: z.strictObject({ volume: queryNames.default([]) }),
      response: { 202: changeAnswer },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const input = { app: request.params.app, volumes: request.query.volume };
      const accepted = deleteApp(deps, actor, input);
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/instances',
    schema: {
      tags,
      summary: 'Instances as last seen',
      params: appParams,
      response: { 200: instancesSchema },
    },
    handler: async (request) => ({ items: describeInstances(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/compose',
    schema: {
      tags,
      summary: 'The generated compose file of the current release',
      params: appParams,
      response: { 200: { description: 'YAML', content: { 'text/yaml': { schema: z.string() } } } },
    },
    handler: async (request, reply) =>
      reply.type('text/yaml; charset=utf-8').send(exportCompose(deps, actorOf(request), request.params)),
  });
}
