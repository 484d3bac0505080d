import { z } from 'zod';
import {
  invite,
  listInvitations,
  readRegistration,
  register,
  setRegistration,
  withdrawInvitation,
} from '../../actions/register-user.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { limitLogins } from '../login-limiter.ts';
import { queryNumber } from '../schema/query.ts';
import {
  invitationsSchema,
  newInvitationAnswer,
  newInvitationBody,
  newRegistrationBody,
  registrationSchema,
  userSchema,
} from '../schema/user-schema.ts';

const tags = ['people'];

export function declareRegistrationRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const limited = limitLogins(deps.clock);
  app.route({
    method: 'GET',
    url: '/api/v1/registration',
    config: { isPublic: true },
    schema: {
      tags,
      operationId: 'readRegistration',
      summary: 'Who may make an account',
      security: [],
      response: { 200: registrationSchema },
    },
    handler: async () => ({ mode: readRegistration(deps) }),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/registration',
    schema: {
      tags,
      operationId: 'setRegistration',
      summary: 'Say who may make an account',
      body: registrationSchema,
      response: { 200: registrationSchema },
    },
    handler: async (request) => ({ mode: setRegistration(deps, actorOf(request), request.body.mode) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/registrations',
    config: { isPublic: true },
    schema: {
      tags,
      operationId: 'register',
      summary: 'Make oneself an account, where that is open or with an invitation',
      security: [],
      body: newRegistrationBody,
      response: { 201: userSchema },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send(await limited(request, request.body.name, async () => register(deps, request.body))),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/invitations',
    schema: {
      tags,
      operationId: 'listInvitations',
      summary: 'Invitations that nobody took yet',
      response: { 200: invitationsSchema },
    },
    handler: async (request) => ({ items: listInvitations(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/invitations',
    schema: {
      tags,
      operationId: 'invite',
      summary: 'A code that makes somebody an account, once',
      body: newInvitationBody,
      response: { 201: newInvitationAnswer },
    },
    handler: async (request, reply) => reply.code(201).send(invite(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/invitations/:id',
    schema: {
      tags,
      operationId: 'withdrawInvitation',
      summary: 'Withdraw an invitation',
      params: z.object({ id: queryNumber(1, Number.MAX_SAFE_INTEGER) }),
      response: { 204: z.undefined().describe('Withdrawn.') },
    },
    handler: async (request, reply) => {
      withdrawInvitation(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}
