import { admittedScale, admittedStart, admittedRestart } from '../../actions/admitted.ts';
import { stopApp } from '../../actions/stop-app.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { appParams } from '../schema/app-schema.ts';
import { changeAnswer, restartBody, scaleBody } from '../schema/operation-schema.ts';

const tags = ['apps'];
const params = appParams;
const response = { 202: changeAnswer };

export function declareChangeRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/scale',
    schema: { tags, summary: 'Set the replicas of services', params, body: scaleBody, response },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { services: replicas, ...rest } = request.body;
      const input = { app: request.params.app, replicas, ...rest };
      const accepted = await admittedScale(deps, actor, input);
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/stop',
    schema: { tags, summary: 'Stop all instances; volumes stay', params, response },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const accepted = stopApp(deps, actor, request.params);
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/start',
    schema: { tags, summary: 'Start a stopped app', params, response },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const accepted = await admittedStart(deps, actor, request.params);
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/restart',
    schema: {
      tags,
      summary: 'Replace all instances, or those of one service, by new ones',
      params,
      body: restartBody.optional(),
      response,
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const input = { app: request.params.app, ...request.body };
      const accepted = await admittedRestart(deps, actor, input);
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
}
