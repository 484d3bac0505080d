import { z } from 'zod';
import { admittedChange } from '../../actions/admitted.ts';
import { listSecrets, removeSecret, setSecret } from '../../actions/manage-secrets.ts';
import { rotateSecretKey } from '../../actions/rotate-secret-key.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { secretAnswer, secretBody, secretName, secretsSchema } from '../schema/secret-schema.ts';

const tags = ['secrets'];
const params = appParams.extend({ name: secretName });

export function declareSecretRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/secrets',
    schema: {
      tags,
      summary: 'Secrets of an app: names and who uses them, never what is in them',
      params: appParams,
      response: { 200: secretsSchema },
    },
    handler: async (request) => ({ items: listSecrets(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/apps/:app/secrets/:name',
    schema: {
      tags,
      summary: 'Give an app a secret, for `secrets: { NAME: { external: true } }` of its file',
      description:
        'What runs keeps the value that it was deployed with until the next deployment. The secret is kept also when it cannot be applied at once.',
      params,
      body: secretBody,
      response: { 200: secretAnswer },
    },
    handler: async (request) => {
      const actor = actorOf(request);
      const { value, isApplying } = request.body;
      const secret = setSecret(deps, actor, { ...request.params, value });
      if (!isApplying) return { secret, operation: null };
      const change = { app: request.params.app, patch: { services: {} } };
      const { operation } = await admittedChange(deps, actor, change);
      return { secret, operation };
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app/secrets/:name',
    schema: {
      tags,
      summary: 'Remove a secret that no service of the present release uses',
      description:
        'Releases of the past keep the values that they were deployed with until they are forgotten.',
      params,
      response: { 204: z.undefined().describe('Removed.') },
    },
    handler: async (request, reply) => {
      removeSecret(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  declareKeyRoute(app, deps);
}

function declareKeyRoute(app: ApiInstance, deps: RouteContext['deps']): void {
  app.route({
    method: 'POST',
    url: '/api/v1/secret-key::rotate',
    schema: {
      tags: ['platform'],
      summary: 'Seal all secrets anew, with a new key',
      description: 'For admins. Nothing that runs is touched.',
      response: { 200: z.object({ resealed: z.int().describe('Texts that were sealed anew.') }) },
    },
    handler: async (request) => rotateSecretKey(deps, actorOf(request)),
  });
}
