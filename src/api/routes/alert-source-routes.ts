import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ActionDeps } from '../../actions/action-deps.ts';
import {
  addAlertSource,
  findCallingSource,
  listAlertSources,
  previewAlerts,
  receiveForeign,
  removeAlertSource,
} from '../../actions/manage-alert-sources.ts';
import type { AlertSource } from '../../core/alert/alert-source.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { bearerOf, isSameSecret, missingToken, wrongToken } from '../authenticate.ts';
import {
  newSourceAnswer,
  newSourceBody,
  previewBody,
  previewSchema,
  receivedSchema,
  sourcesSchema,
} from '../schema/alert-source-schema.ts';

declare module 'fastify' {
  interface FastifyRequest {
    alertSource: AlertSource | null;
  }
}

const tags = ['notifications'];
const params = z.object({ source: z.string().describe('Its id or its name.') });

export function declareAlertSourceRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/alert-sources',
    schema: { tags, summary: 'Own alert sources', response: { 200: sourcesSchema } },
    handler: async (request) => ({ items: listAlertSources(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/alert-sources',
    schema: {
      tags,
      summary: 'Let another monitoring system tell alerts about your apps',
      body: newSourceBody,
      response: { 201: newSourceAnswer },
    },
    handler: async (request, reply) =>
      reply.code(201).send(addAlertSource(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/alert-sources/:source',
    schema: {
      tags,
      summary: 'Remove an alert source; its alerts are refused from now on',
      params,
      response: { 204: z.undefined().describe('Removed.') },
    },
    handler: async (request, reply) => {
      removeAlertSource(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/alert-sources/:source/preview',
    schema: {
      tags,
      summary: 'What a payload would be read as; nothing is stored',
      params,
      body: previewBody,
      response: { 200: previewSchema },
    },
    handler: async (request) =>
      previewAlerts(deps, actorOf(request), { ...request.params, payload: request.body.payload }),
  });
  declareReceiver(app, deps);
}

function declareReceiver(app: ApiInstance, deps: ActionDeps): void {
  app.decorateRequest('alertSource', null);
  app.route({
    method: 'POST',
    url: '/api/v1/alerts/:source',
    config: { isSelfAuthenticated: true },
    schema: {
      tags,
      summary: 'Alerts of another monitoring system, in the format of the source',
      description:
        'With the secret of the source: `Authorization: Bearer crane_alerts_…`. Each alert is judged by itself, stored before this is answered, and has one effect per fingerprint, begin and status. Send again after 5xx only.',
      security: [{ alertSource: [] }],
      params: z.object({ source: z.string() }),
      body: z.unknown(),
      response: { 200: receivedSchema },
    },
    preValidation: async (request) => identifySource(deps, request),
    handler: async (request) => {
      if (request.alertSource === null) throw wrongToken();
      return receiveForeign(deps, actorOf(request), request.alertSource, request.body);
    },
  });
}

const address = z.object({ source: z.string() });

function identifySource(deps: ActionDeps, request: FastifyRequest): void {
  const given = bearerOf(request);
  if (given === null) throw missingToken();
  const found = findCallingSource(deps, address.parse(request.params).source);
  if (found === null)
    throw new CraneError('source.not_found', {
      message: 'No alerts are taken here.',
      fix: 'Make a source first: crane alerts sources add NAME',
    });
  if (!isSameSecret(deps.hashSecret(given), found.source.hash)) throw wrongToken();
  request.alertSource = found.source;
  request.actor = found.actor;
}
