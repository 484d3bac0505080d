import { z } from 'zod';
import { describeCost, pricesChange, readPrices, setPrices } from '../../actions/describe-cost.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { costReportSchema, pricesView } from '../schema/cost-schema.ts';
import { queryNumber } from '../schema/query.ts';

const tags = ['cost'];
const dayMs = 86_400_000;
const querystring = z.strictObject({
  since: queryNumber(0, 9_999_999_999_999).exactOptional().describe('Default: a day ago.'),
});

export function declareCostRoutes(app: ApiInstance, { deps }: RouteContext): void {
  const sinceOf = ({ since }: { since?: number }): number => since ?? deps.clock.now() - dayMs;
  app.route({
    method: 'GET',
    url: '/api/v1/cost',
    schema: {
      tags,
      summary: 'Resource-hours of own apps, their indicative price, and what scaling saved',
      querystring,
      response: { 200: costReportSchema },
    },
    handler: async (request) =>
      describeCost(deps, actorOf(request), { app: null, since: sinceOf(request.query) }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/cost',
    schema: {
      tags,
      summary: 'The same of one app',
      params: appParams,
      querystring,
      response: { 200: costReportSchema },
    },
    handler: async (request) =>
      describeCost(deps, actorOf(request), { ...request.params, since: sinceOf(request.query) }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/prices',
    schema: { tags, summary: 'The table of prices in force', response: { 200: pricesView } },
    handler: async () => readPrices(deps),
  });
  app.route({
    method: 'PATCH',
    url: '/api/v1/prices',
    schema: {
      tags,
      summary: 'Change prices; for admins',
      body: pricesChange,
      response: { 200: pricesView },
    },
    handler: async (request) => setPrices(deps, actorOf(request), request.body),
  });
}
