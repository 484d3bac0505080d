import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Actor } from '../../actions/action-deps.ts';
import { buildImages, type BuildInput } from '../../actions/build-images.ts';
import { keepContext } from '../../actions/keep-context.ts';
import { listImages } from '../../actions/list-images.ts';
import { pullImages } from '../../actions/pull-images.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { contextAnswer, imagesAnswer, imagesQuery } from '../schema/build-schema.ts';
import { buildBody, deployAnswer, newBuildBody } from '../schema/deploy-schema.ts';
import { changeAnswer } from '../schema/operation-schema.ts';
import { viewOfWarning } from '../view-of-warning.ts';
import type { DeployView } from './deployment-routes.ts';

const tags = ['apps'];
const tarType = 'application/x-tar';

export function declareBuildRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const build = (actor: Actor, input: BuildInput): DeployView => {
    const accepted = buildImages(deps, actor, input);
    return {
      ...viewOfAccepted(deps, actor, accepted),
      warnings: accepted.warnings.map(viewOfWarning),
    };
  };
  app.register(async (scope: ApiInstance) => {
    // Not read before the handler does: a context may be large.
    scope.addContentTypeParser(tarType, (_request, payload, done) => done(null, payload));
    declareContextRoute(scope, { deps });
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps::build',
    schema: {
      tags,
      summary: 'Build the images of a new app; nothing is deployed',
      body: newBuildBody,
      response: { 202: deployAnswer },
    },
    handler: async (request, reply) => {
      const accepted = build(actorOf(request), request.body);
      return reply.code(202).header('location', operationUrl(accepted.operation)).send(accepted);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/builds',
    schema: {
      tags,
      summary: 'Build the images of an app; nothing is deployed',
      params: appParams,
      body: buildBody,
      response: { 202: deployAnswer },
    },
    handler: async (request, reply) => {
      const accepted = build(actorOf(request), { ...request.body, app: request.params.app });
      return reply.code(202).header('location', operationUrl(accepted.operation)).send(accepted);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/pull',
    schema: {
      tags,
      summary: 'Pull the images that the current release names; nothing is deployed',
      params: appParams,
      response: { 202: changeAnswer },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const accepted = pullImages(deps, actor, request.params);
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send(viewOfAccepted(deps, actor, accepted));
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/images',
    schema: {
      tags,
      summary: 'Images of apps, and which releases need them',
      querystring: imagesQuery,
      response: { 200: imagesAnswer },
    },
    handler: async (request) => ({ items: await listImages(deps, actorOf(request), request.query) }),
  });
}

function declareContextRoute(app: ApiInstance, { deps }: Pick<RouteContext, 'deps'>): void {
  app.route({
    method: 'POST',
    url: '/api/v1/contexts',
    schema: {
      tags,
      summary: 'Send the folder that images are built from, as a tar',
      consumes: [tarType],
      body: z.unknown(),
      response: { 201: contextAnswer },
    },
    handler: async (request, reply) => {
      const tar = request.body;
      if (!(tar instanceof Readable))
        throw new CraneError('input.media_type', {
          message: 'A build context is a tar archive.',
          fix: `Send it as ${tarType}: tar -c . | curl -H 'content-type: ${tarType}' --data-binary @- …`,
        });
      try {
        return await reply.code(201).send(await keepContext(deps, actorOf(request), tar));
      } finally {
        // What is refused early is read to its end, so that the sender gets the answer.
        tar.resume();
      }
    },
  });
}
