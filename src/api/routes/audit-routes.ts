import { listAudit, proveAudit } from '../../actions/read-audit.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { auditPage, auditProofSchema, auditQuery } from '../schema/audit-schema.ts';

const tags = ['people'];

export function declareAuditRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/audit',
    schema: {
      tags,
      operationId: 'listAudit',
      summary: 'What people did, newest first',
      querystring: auditQuery,
      response: { 200: auditPage },
    },
    handler: async (request) => {
      const { cursor, ...query } = request.query;
      return listAudit(deps, actorOf(request), { ...query, cursor: cursor ?? null });
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/audit/proof',
    schema: {
      tags,
      operationId: 'proveAudit',
      summary: 'Whether the audit is whole: no entry changed, missing or put in between',
      response: { 200: auditProofSchema },
    },
    handler: async (request) => proveAudit(deps, actorOf(request)),
  });
}
