import { admittedRollback, admittedClone } from '../../actions/admitted.ts';
import { listReleases } from '../../actions/list-releases.ts';
import { renameApp } from '../../actions/rename-app.ts';
import { previewDeployment } from '../../actions/preview-deployment.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { appParams } from '../schema/app-schema.ts';
import { deploymentBody, newAppBody } from '../schema/deploy-schema.ts';
import { changeAnswer } from '../schema/operation-schema.ts';
import {
  cloneBody,
  renameBody,
  previewAnswer,
  releasesSchema,
  rollbackAnswer,
  rollbackBody,
} from '../schema/release-schema.ts';
import { viewOfWarning } from '../view-of-warning.ts';

const tags = ['apps'];
const params = appParams;

export function declareReleaseRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/releases',
    schema: {
      tags,
      summary: 'Releases, newest first: who, when, what changed',
      params,
      response: { 200: releasesSchema },
    },
    handler: async (request) => ({ items: listReleases(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/rollback',
    schema: {
      tags,
      summary: 'Bring an app back to a kept release',
      params,
      body: rollbackBody.optional(),
      response: { 202: rollbackAnswer },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const accepted = await admittedRollback(deps, actor, { app: request.params.app, ...request.body });
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send({ ...viewOfAccepted(deps, actor, accepted), changes: accepted.changes });
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/clone',
    schema: {
      tags,
      summary: 'Make a new app from the current release',
      params,
      body: cloneBody.optional(),
      response: { 202: changeAnswer },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const accepted = await admittedClone(deps, actor, { app: request.params.app, ...request.body });
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/rename',
    schema: {
      tags,
      summary: 'Give an app another name; its hosts follow, nothing restarts',
      description:
        'The unique name and the hosts that come from it change; containers, networks, volumes and labels of metrics keep `engineName`. The operation ends when the router serves the new hosts. `app.name_taken` when another app of its owner has the name.',
      params,
      body: renameBody,
      response: { 202: changeAnswer },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const accepted = renameApp(deps, actor, { app: request.params.app, ...request.body });
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps::plan',
    schema: {
      tags,
      summary: 'What deploying a new app would do; nothing is stored',
      body: newAppBody,
      response: { 200: previewAnswer },
    },
    handler: async (request) => {
      const preview = await previewDeployment(deps, actorOf(request), request.body);
      return { ...preview, warnings: preview.warnings.map(viewOfWarning) };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/deployments::plan',
    schema: {
      tags,
      summary: 'What a new release would change; nothing is stored',
      params,
      body: deploymentBody,
      response: { 200: previewAnswer },
    },
    handler: async (request) => {
      const preview = await previewDeployment(deps, actorOf(request), {
        ...request.body,
        app: request.params.app,
      });
      return { ...preview, warnings: preview.warnings.map(viewOfWarning) };
    },
  });
}
