import { pauseDeployment, resumeDeployment } from '../../actions/pause-deployment.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { changeAnswer } from '../schema/operation-schema.ts';

const tags = ['apps'];
const shared = { tags, params: appParams, response: { 202: changeAnswer } };

export function declarePauseRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/pause',
    schema: {
      ...shared,
      summary: 'Let the deployment that is under way stop before its next step',
      description:
        'Instances of both releases go on serving; the operation stays open. Survives a restart of Crane.',
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const paused = pauseDeployment(deps, actor, request.params);
      const body = viewOfAccepted(deps, actor, paused);
      return reply.code(202).header('location', operationUrl(paused.operation)).send(body);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/resume',
    schema: { ...shared, summary: 'Let a paused deployment go on' },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const resumed = resumeDeployment(deps, actor, request.params);
      const body = viewOfAccepted(deps, actor, resumed);
      return reply.code(202).header('location', operationUrl(resumed.operation)).send(body);
    },
  });
}
