import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callHook, findHook } from '../../actions/call-hook.ts';
import { describeApp } from '../../actions/describe-app.ts';
import { createHook, hookSecret, listHooks, removeHook } from '../../actions/manage-hooks.ts';
import type { DeployHook } from '../../core/hook/hook.ts';
import type { ActionDeps } from '../../actions/action-deps.ts';
import { operationUrl } from '../accepted.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { bearerOf, isSameSecret, missingToken, wrongToken } from '../authenticate.ts';
import { appParams } from '../schema/app-schema.ts';
import {
  hookCallAnswer,
  hookCallBody,
  hooksSchema,
  newHookAnswer,
  newHookBody,
} from '../schema/hook-schema.ts';
import { readBodies } from '../read-bodies.ts';
import { checkSignature } from '../signature.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, where it is signed. */
    bodyText: string;
    hook: DeployHook | null;
  }
}

const tags = ['delivery'];

export function declareHookRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/hooks',
    schema: { tags, summary: 'Deploy hooks of an app', params: appParams, response: { 200: hooksSchema } },
    handler: async (request) => ({ items: listHooks(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/hooks',
    schema: {
      tags,
      summary: 'Make a deploy hook: who has its secret may bring new images to the app, and do nothing else',
      params: appParams,
      body: newHookBody,
      response: { 201: newHookAnswer },
    },
    handler: async (request, reply) => {
      const made = createHook(deps, actorOf(request), { ...request.body, ...request.params });
      return reply.code(201).send({ ...made, path: `/api/v1/hooks/${made.hook.id}` });
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app/hooks/:id',
    schema: {
      tags,
      summary: 'Remove a deploy hook; calls of it are refused from now on',
      params: appParams.extend({ id: z.string() }),
      response: { 204: z.undefined().describe('Removed.') },
    },
    handler: async (request, reply) => {
      removeHook(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  app.register(async (scope: ApiInstance) => declareCall(scope, deps));
}

function declareCall(app: ApiInstance, deps: ActionDeps): void {
  app.decorateRequest('bodyText', '');
  app.decorateRequest('hook', null);
  readBodies(app, ['application/json'], (request, text) => {
    request.bodyText = text;
  });
  app.route({
    method: 'POST',
    url: '/api/v1/hooks/:id',
    config: { isSelfAuthenticated: true },
    schema: {
      tags,
      summary: 'Call a deploy hook: bring a new image to a service',
      description:
        'Signed: `X-Crane-Signature: t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>` with the secret of the hook, at most 300 s old; the same signature again gives the same answer and no second effect. Or with the secret itself: `Authorization: Bearer crane_hook_…`.',
      security: [{ hookSignature: [] }, { hookSecret: [] }],
      params: z.object({ id: z.string() }),
      body: hookCallBody,
      response: { 200: hookCallAnswer, 202: hookCallAnswer },
    },
    preValidation: async (request) => authenticateHook(deps, request),
    handler: async (request, reply) => {
      const { hook } = request;
      if (hook === null) throw wrongToken();
      const actor = actorOf(request);
      const { operation, changes } = callHook(deps, actor, hook, request.body);
      const view = describeApp(deps, actor, { app: String(hook.appId) });
      if (operation === null) return reply.send({ app: view, operation, changes });
      return reply
        .code(202)
        .header('location', operationUrl(operation))
        .send({ app: view, operation, changes });
    },
  });
}

const address = z.object({ id: z.string() });

/** The secret is checked before it is known whether there is such a hook: both answers, and their times, are alike. */
function authenticateHook(deps: ActionDeps, request: FastifyRequest): void {
  const { id } = address.parse(request.params);
  const secret = hookSecret(deps, id);
  const signature = request.headers['x-crane-signature'];
  const bearer = bearerOf(request);
  if (typeof signature === 'string') {
    checkSignature(signature, secret, request.bodyText, deps.clock.now());
    request.signedKey = `${id} ${signature}`;
  } else if (bearer === null) throw missingToken();
  else if (!isSameSecret(bearer, secret)) throw wrongToken();
  const found = findHook(deps, id);
  if (found === null) throw wrongToken();
  request.hook = found.hook;
  request.actor = found.actor;
}
