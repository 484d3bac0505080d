import { z } from 'zod';
import { replayDecision, replayDecisions } from '../../actions/replay-decision.ts';
import { simulateService } from '../../actions/simulate-service.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { simulateBody, simulationSchema } from '../schema/simulation-schema.ts';
import { replayBody, replayManyBody, replayReportSchema, replaySchema } from '../schema/replay-schema.ts';

const tags = ['decisions'];

export function declareReplayRoutes(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/decisions/:id/replay',
    schema: {
      tags,
      summary: 'Evaluate the recorded input of a decision again, as it was or edited',
      description: 'Changes nothing.',
      params: z.object({ id: z.string() }),
      body: replayBody.optional(),
      response: { 200: replaySchema },
    },
    handler: async (request) =>
      replayDecision(deps, actorOf(request), { id: request.params.id, ...request.body }, closing),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/decisions::replay',
    schema: {
      tags,
      summary: 'Evaluate the newest decisions again, and tell which would be different',
      description: 'Changes nothing.',
      body: replayManyBody.optional(),
      response: { 200: replayReportSchema },
    },
    handler: async (request) =>
      replayDecisions(deps, actorOf(request), request.body ?? { limit: 500, policy: 'recorded' }, closing),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/scale::simulate',
    schema: {
      tags: ['scaling'],
      summary: 'Walk the decisions of the loop over a described or recorded load',
      description:
        'With the policy in force, a saved one or a draft, and a simulated clock. Changes nothing.',
      params: appParams,
      body: simulateBody,
      response: { 200: simulationSchema },
    },
    handler: async (request) =>
      simulateService(deps, actorOf(request), { app: request.params.app, ...request.body }, closing),
  });
}
