import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  beginFactor,
  confirmFactor,
  describeFactor,
  endFactor,
  renewCodes,
  resetFactor,
} from '../../actions/manage-second-factor.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { limitLogins } from '../login-limiter.ts';
import {
  bothBody,
  confirmationBody,
  enrolmentAnswer,
  enrolmentBody,
  factorSchema,
  recoveryCodesAnswer,
} from '../schema/second-factor-schema.ts';
import { userParams } from '../schema/user-schema.ts';

const tags = ['people'];
const done = { 204: z.undefined().describe('Done.') };

export function declareSecondFactorRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const limited = limitLogins(deps.clock);
  const withPassword = async <T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> =>
    limited(request, actorOf(request).user.name, work);
  app.route({
    method: 'GET',
    url: '/api/v1/me/second-factor',
    schema: {
      tags,
      operationId: 'getSecondFactor',
      summary: 'Whether logging in asks for a code',
      response: { 200: factorSchema },
    },
    handler: async (request) => describeFactor(deps, actorOf(request).user),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/me/second-factor',
    schema: {
      tags,
      operationId: 'beginSecondFactor',
      summary: 'A secret for an authenticator; it is asked for when a first code has confirmed it',
      body: enrolmentBody,
      response: { 201: enrolmentAnswer },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send(await withPassword(request, async () => beginFactor(deps, actorOf(request), request.body))),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/me/second-factor::confirm',
    schema: {
      tags,
      operationId: 'confirmSecondFactor',
      summary: 'Turn it on by a first code; all other logins end',
      body: confirmationBody,
      response: { 200: recoveryCodesAnswer },
    },
    handler: async (request) => confirmFactor(deps, actorOf(request), request.body),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/me/second-factor::codes',
    schema: {
      tags,
      operationId: 'renewRecoveryCodes',
      summary: 'New recovery codes; those of before are void',
      body: bothBody,
      response: { 200: recoveryCodesAnswer },
    },
    handler: async (request) =>
      withPassword(request, async () => renewCodes(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/me/second-factor::end',
    schema: {
      tags,
      operationId: 'endSecondFactor',
      summary: 'Turn it off, by password and code',
      body: bothBody,
      response: done,
    },
    handler: async (request, reply) => {
      await withPassword(request, async () => endFactor(deps, actorOf(request), request.body));
      return reply.code(204).send();
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/users/:name/second-factor',
    schema: {
      tags,
      operationId: 'resetSecondFactor',
      summary: 'Turn it off for a person who lost it; their logins end',
      params: userParams,
      response: done,
    },
    handler: async (request, reply) => {
      resetFactor(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}
