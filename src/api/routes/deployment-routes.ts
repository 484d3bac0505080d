import { admittedDeploy } from '../../actions/admitted.ts';
import type { DeployInput } from '../../actions/deploy-app.ts';
import type { AppView } from '../../actions/describe-app.ts';
import { checkCompose } from '../../actions/plan-deployment.ts';
import type { Actor } from '../../actions/action-deps.ts';
import { configView, serviceHashes } from '../../core/compose/config-view.ts';
import type { Operation } from '../../core/operation/operation.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { appParams } from '../schema/app-schema.ts';
import { checkAnswer, checkBody, deployAnswer, deploymentBody, newAppBody } from '../schema/deploy-schema.ts';
import { viewOfWarning, type WarningView } from '../view-of-warning.ts';

const tags = ['apps'];

export type DeployView = { app: AppView; operation: Operation; warnings: WarningView[] };

export function declareDeploymentRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const deploy = async (actor: Actor, input: DeployInput): Promise<DeployView> => {
    const accepted = await admittedDeploy(deps, actor, input);
    return {
      ...viewOfAccepted(deps, actor, accepted),
      warnings: accepted.warnings.map(viewOfWarning),
    };
  };
  app.route({
    method: 'POST',
    url: '/api/v1/apps',
    schema: {
      tags,
      summary: 'Deploy a new app from its compose files',
      body: newAppBody,
      response: { 202: deployAnswer },
    },
    handler: async (request, reply) => {
      const accepted = await deploy(actorOf(request), request.body);
      return reply.code(202).header('location', operationUrl(accepted.operation)).send(accepted);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/deployments',
    schema: {
      tags,
      summary: 'Bring an app to a new release',
      params: appParams,
      body: deploymentBody,
      response: { 202: deployAnswer },
    },
    handler: async (request, reply) => {
      const accepted = await deploy(actorOf(request), { ...request.body, app: request.params.app });
      return reply.code(202).header('location', operationUrl(accepted.operation)).send(accepted);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps::check',
    schema: {
      tags,
      summary: 'Check compose files; nothing is stored',
      body: checkBody,
      response: { 200: checkAnswer },
    },
    handler: async ({ body: { name, ...input } }) => {
      const { project, warnings } = checkCompose(input, name);
      return {
        project: { ...project },
        config: configView(project),
        hashes: serviceHashes(project),
        warnings: warnings.map(viewOfWarning),
      };
    },
  });
}
