import { z } from 'zod';
import { explainDecision, listDecisions } from '../../actions/explain-decision.ts';
import { listAlerts } from '../../actions/list-history.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import {
  alertsSchema,
  decisionsQuery,
  decisionsSchema,
  explanationSchema,
} from '../schema/decision-schema.ts';
import { pageQuery } from '../schema/query.ts';

const tags = ['decisions'];

export function declareDecisionRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/decisions',
    schema: {
      tags,
      summary: 'What was decided and why, the newest first',
      querystring: decisionsQuery,
      response: { 200: decisionsSchema },
    },
    handler: async (request) =>
      listDecisions(deps, actorOf(request), { ...request.query, cursor: request.query.cursor ?? null }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/decisions/:id',
    schema: {
      tags,
      summary: 'One decision: signal, alert, policy input and output, bounds, effect',
      params: z.object({ id: z.string() }),
      response: { 200: explanationSchema },
    },
    handler: async (request) => explainDecision(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/alerts',
    schema: {
      tags,
      summary: 'Alerts as received and what became of them, the newest first',
      querystring: z.strictObject(pageQuery),
      response: { 200: alertsSchema },
    },
    handler: async (request) =>
      listAlerts(deps, actorOf(request), { ...request.query, cursor: request.query.cursor ?? null }),
  });
}
