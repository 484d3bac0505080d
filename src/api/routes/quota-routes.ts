import { describeQuota, readQuota, setDefaultQuota, setQuota } from '../../actions/manage-quotas.ts';
import { readDefaultQuota } from '../../actions/quota-in-force.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { defaultQuotaBody, ownQuotaBody, quotaSchema, quotaStateSchema } from '../schema/quota-schema.ts';
import { userParams } from '../schema/user-schema.ts';

const tags = ['people'];

export function declareQuotaRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/me/quota',
    schema: {
      tags,
      operationId: 'getMyQuota',
      summary: 'What one may have, and has',
      response: { 200: quotaStateSchema },
    },
    handler: async (request) => describeQuota(deps, actorOf(request).user),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/quota',
    schema: {
      tags,
      operationId: 'getDefaultQuota',
      summary: 'What users may have who have no limits of their own',
      response: { 200: quotaSchema },
    },
    handler: async () => readDefaultQuota(deps.store),
  });
  app.route({
    method: 'PATCH',
    url: '/api/v1/quota',
    schema: {
      tags,
      operationId: 'setDefaultQuota',
      summary: 'Change what users may have who have no limits of their own; what they have already stays',
      body: defaultQuotaBody,
      response: { 200: quotaSchema },
    },
    handler: async (request) => setDefaultQuota(deps, actorOf(request), request.body),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/users/:name/quota',
    schema: {
      tags,
      operationId: 'getQuota',
      summary: 'What a person may have, and has',
      params: userParams,
      response: { 200: quotaStateSchema },
    },
    handler: async (request) => readQuota(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/users/:name/quota',
    schema: {
      tags,
      operationId: 'setQuota',
      summary: 'Give a person limits of their own, all at once',
      params: userParams,
      body: ownQuotaBody,
      response: { 200: quotaStateSchema },
    },
    handler: async (request) =>
      setQuota(deps, actorOf(request), { name: request.params.name, own: request.body }),
  });
}
