import { z } from 'zod';
import {
  addUser,
  changePassword,
  changeUser,
  listUsers,
  removeUser,
  resetPassword,
} from '../../actions/manage-users.ts';
import { describeQuota, type QuotaState } from '../../actions/manage-quotas.ts';
import { describeFactor } from '../../actions/manage-second-factor.ts';
import type { User } from '../../core/port/store.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { limitLogins } from '../login-limiter.ts';
import {
  accountSchema,
  accountsSchema,
  newUserAnswer,
  newUserBody,
  ownPasswordBody,
  passwordResetAnswer,
  passwordResetBody,
  userChangeBody,
  userParams,
} from '../schema/user-schema.ts';

const tags = ['people'];
const done = { 204: z.undefined().describe('Done.') };

export function declareUserRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const limited = limitLogins(deps.clock);
  const account = (user: User): User & { hasSecondFactor: boolean; quota: QuotaState } => ({
    ...user,
    hasSecondFactor: describeFactor(deps, user).isOn,
    quota: describeQuota(deps, user),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/users',
    schema: { tags, operationId: 'listUsers', summary: 'Everybody', response: { 200: accountsSchema } },
    handler: async (request) => ({ items: listUsers(deps, actorOf(request)).map(account) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/users',
    schema: {
      tags,
      operationId: 'addUser',
      summary: 'Add a person',
      body: newUserBody,
      response: { 201: newUserAnswer },
    },
    handler: async (request, reply) => {
      const { user, password } = await addUser(deps, actorOf(request), request.body);
      return reply.code(201).send({ user: account(user), password });
    },
  });
  app.route({
    method: 'PATCH',
    url: '/api/v1/users/:name',
    schema: {
      tags,
      operationId: 'changeUser',
      summary: 'Another role, or disabled or not; in force with the next request of the person',
      params: userParams,
      body: userChangeBody,
      response: { 200: accountSchema },
    },
    handler: async (request) =>
      account(changeUser(deps, actorOf(request), { name: request.params.name, ...request.body })),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/users/:name',
    schema: {
      tags,
      operationId: 'removeUser',
      summary: 'Remove a person who owns no apps',
      params: userParams,
      response: done,
    },
    handler: async (request, reply) => {
      removeUser(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/users/:name/password',
    schema: {
      tags,
      operationId: 'resetPassword',
      summary: 'A new password for a person; all their logins end',
      params: userParams,
      body: passwordResetBody,
      response: { 200: passwordResetAnswer },
    },
    handler: async (request) =>
      resetPassword(deps, actorOf(request), { name: request.params.name, ...request.body }),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/me/password',
    schema: {
      tags,
      operationId: 'changePassword',
      summary: 'Another password for oneself; all other logins end',
      body: ownPasswordBody,
      response: done,
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      await limited(request, actor.user.name, async () => changePassword(deps, actor, request.body));
      return reply.code(204).send();
    },
  });
}
