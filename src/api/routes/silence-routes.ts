import { z } from 'zod';
import {
  addSilence,
  beginMaintenance,
  endMaintenance,
  endSilence,
  listSilences,
} from '../../actions/manage-silences.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { maintenanceBody, newSilenceBody, silenceSchema, silencesSchema } from '../schema/silence-schema.ts';

const tags = ['notifications'];
const ended = { 204: z.undefined().describe('Ended.') };

export function declareSilenceRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/silences',
    schema: {
      tags,
      summary: 'Silences of an app, the newest first, those that are over too',
      params: appParams,
      response: { 200: silencesSchema },
    },
    handler: async (request) => ({ items: listSilences(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/silences',
    schema: {
      tags,
      summary: 'For a while, alerts cause no action and nobody is told of them',
      description:
        'A silenced alert is stored and recorded as a decision that held, with who silenced it and until when. While all alerts of a service are silenced its scaling holds; while that of one signal is, that signal is not looked at.',
      params: appParams,
      body: newSilenceBody,
      response: { 201: silenceSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(addSilence(deps, actorOf(request), { ...request.body, ...request.params })),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app/silences/:id',
    schema: {
      tags,
      summary: 'End a silence',
      params: appParams.extend({ id: z.coerce.number().int().min(1) }),
      response: ended,
    },
    handler: async (request, reply) => {
      endSilence(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/apps/:app/maintenance',
    schema: {
      tags,
      summary: 'Maintenance of an app: scaling holds and nobody is told; what crashes is still brought back',
      params: appParams,
      body: maintenanceBody,
      response: { 200: silenceSchema },
    },
    handler: async (request) =>
      beginMaintenance(deps, actorOf(request), { ...request.body, ...request.params }),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app/maintenance',
    schema: { tags, summary: 'End maintenance', params: appParams, response: ended },
    handler: async (request, reply) => {
      endMaintenance(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}
