import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  endLogin,
  listLogins,
  logInBrowser,
  logInClient,
  logOut,
  refreshClient,
  type Origin,
} from '../../actions/log-in.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { clearLoginCookie, readLoginCookie, setLoginCookie } from '../login-cookie.ts';
import { limitLogins } from '../login-limiter.ts';
import {
  loginAnswer,
  loginBody,
  loginsSchema,
  tokenPairAnswer,
  tokenRequestBody,
} from '../schema/user-schema.ts';
import { peerOf } from '../peer-of.ts';

const tags = ['people'];

function originOf(request: FastifyRequest): Origin {
  return { address: peerOf(request), client: request.headers['user-agent'] ?? '' };
}

export function declareLoginRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const limited = limitLogins(deps.clock);
  app.route({
    method: 'POST',
    url: '/api/v1/auth/login',
    config: { isPublic: true },
    schema: {
      tags,
      operationId: 'logIn',
      summary: 'Log a browser in: sets the cookie of a login',
      security: [],
      body: loginBody,
      response: { 200: loginAnswer },
    },
    handler: async (request, reply) => {
      const origin = { ...originOf(request), before: readLoginCookie(request) };
      const { user, login, cookie } = await limited(request, request.body.name, async () =>
        logInBrowser(deps, request.body, origin),
      );
      setLoginCookie(reply, cookie);
      return { user, expiresAt: login.expiresAt };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/auth/token',
    config: { isPublic: true },
    schema: {
      tags,
      operationId: 'issueTokens',
      summary: 'An access token (JWT) and a refresh token, by password or by the refresh token before',
      description:
        'The access token is good for ten minutes. A refresh token is good once; when one comes a second time, the login it belongs to ends.',
      security: [],
      body: tokenRequestBody,
      response: { 200: tokenPairAnswer },
    },
    handler: async (request) => {
      const { body } = request;
      if (body.grant === 'refresh') return refreshClient(deps, body.refreshToken);
      return limited(request, body.name, async () => logInClient(deps, body, originOf(request)));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/auth/logout',
    schema: {
      tags,
      operationId: 'logOut',
      summary: 'End the login by which this is asked',
      response: { 204: z.undefined().describe('Logged out.') },
    },
    handler: async (request, reply) => {
      logOut(deps, actorOf(request));
      clearLoginCookie(reply);
      return reply.code(204).send();
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/me/logins',
    schema: {
      tags,
      operationId: 'listLogins',
      summary: 'Own browsers and API clients that are logged in',
      response: { 200: loginsSchema },
    },
    handler: async (request) => ({ items: listLogins(deps, actorOf(request)) }),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/me/logins/:id',
    schema: {
      tags,
      operationId: 'endLogin',
      summary: 'End a login',
      params: z.object({ id: z.string().max(100) }),
      response: { 204: z.undefined().describe('Ended.') },
    },
    handler: async (request, reply) => {
      endLogin(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}
