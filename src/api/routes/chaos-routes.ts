import { z } from 'zod';
import { listChaos, longestChaosMs, startChaos } from '../../actions/start-chaos.ts';
import { chaosKinds } from '../../core/chaos/chaos.ts';
import { signalNames } from '../../core/signal/signal.ts';
import { operationUrl } from '../accepted.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { listOf, named } from '../schema/components.ts';
import { operationSchema } from '../schema/operation-schema.ts';

const tags = ['chaos'];
const check = z.strictObject({ signal: z.enum(signalNames), below: z.number().min(0) });
const body = named(
  'ChaosRequest',
  z.strictObject({
    kind: z.enum(chaosKinds),
    service: z.string().min(1).max(255),
    forMs: z.int().min(1_000).max(longestChaosMs),
    hypothesis: z.string().max(500).nullable().default(null),
    checks: z.array(check).max(6).default([]).describe('Expected to hold all the time.'),
  }),
);

export function declareChaosRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/chaos',
    schema: {
      tags,
      summary: 'Disturb the instances of a service for a while, always undone',
      description:
        'Ends with its time, with a cancellation, and with a restart of Crane. The result is that of the operation.',
      params: appParams,
      body,
      response: { 202: z.object({ operation: operationSchema }) },
    },
    handler: async (request, reply) => {
      const { operation } = startChaos(deps, actorOf(request), { ...request.body, ...request.params });
      return reply.code(202).header('location', operationUrl(operation)).send({ operation });
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/chaos',
    schema: {
      tags,
      summary: 'Trials of an app, newest first, with their results',
      params: appParams,
      response: { 200: listOf(operationSchema) },
    },
    handler: async (request) => ({ items: listChaos(deps, actorOf(request), request.params) }),
  });
}
