import { z } from 'zod';
import { checkAdmission } from '../../actions/check-admission.ts';
import {
  addException,
  changeAdmission,
  listAdmissionPolicies,
  listAdmissions,
  listExceptions,
  removeException,
} from '../../actions/manage-admission.ts';
import { endWaiver, listWaivers, waiveFinding } from '../../actions/manage-waivers.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import {
  admissionChangeBody,
  admissionCheckBody,
  admissionCheckSchema,
  admissionPoliciesSchema,
  admissionRecordsSchema,
  exceptionBody,
  exceptionSchema,
  exceptionsSchema,
  idParams,
  waiverBody,
  waiverSchema,
  waiversSchema,
} from '../schema/admission-schema.ts';
import { appParams } from '../schema/app-schema.ts';

const tags = ['admission'];

export function declareAdmissionRoutes(app: ApiInstance, context: RouteContext): void {
  declareQuestions(app, context);
  declareSettings(app, context);
  declareExceptions(app, context);
  declareWaivers(app, context);
}

function declareQuestions(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/admission::check',
    schema: {
      tags,
      summary: 'What the admission policies would say of compose files',
      description: 'Stores nothing. A user is judged as a user.',
      body: admissionCheckBody,
      response: { 200: admissionCheckSchema },
    },
    handler: async (request) => checkAdmission(deps, actorOf(request), request.body, closing),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/admissions',
    schema: {
      tags,
      summary: 'What the admission policies found of an app, newest first',
      params: appParams,
      querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
      response: { 200: admissionRecordsSchema },
    },
    handler: async (request) => ({
      items: listAdmissions(deps, actorOf(request), { ...request.params, ...request.query }),
    }),
  });
}

function declareSettings(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/admission/policies',
    schema: {
      tags,
      summary: 'The admission policies, and how much each counts',
      response: { 200: admissionPoliciesSchema },
    },
    handler: async () => listAdmissionPolicies(deps),
  });
  app.route({
    method: 'PATCH',
    url: '/api/v1/admission/policies/:policy',
    schema: {
      tags,
      summary: 'Change the mode or the parameters of an admission policy',
      description: 'For admins. A new version of the settings; what runs goes on.',
      params: z.object({ policy: z.string().max(10) }),
      body: admissionChangeBody,
      response: { 200: admissionPoliciesSchema },
    },
    handler: async (request) => {
      changeAdmission(deps, actorOf(request), { ...request.body, policy: request.params.policy });
      return listAdmissionPolicies(deps);
    },
  });
}

function declareExceptions(app: ApiInstance, { deps }: RouteContext): void {
  const url = '/api/v1/admission/exceptions';
  app.route({
    method: 'GET',
    url,
    schema: { tags, summary: 'Exceptions of the admission policies', response: { 200: exceptionsSchema } },
    handler: async (request) => ({ items: listExceptions(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url,
    schema: {
      tags,
      summary: 'Let a policy pass, for a reason and a time',
      body: exceptionBody,
      response: { 201: exceptionSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(addException(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    schema: {
      tags,
      summary: 'End an exception',
      params: idParams,
      response: { 204: z.undefined().describe('Ended.') },
    },
    handler: async (request, reply) => {
      removeException(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}

function declareWaivers(app: ApiInstance, { deps }: RouteContext): void {
  const url = '/api/v1/scan-waivers';
  app.route({
    method: 'GET',
    url,
    schema: { tags, summary: 'Waived vulnerabilities', response: { 200: waiversSchema } },
    handler: async (request) => ({ items: listWaivers(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url,
    schema: {
      tags,
      summary: 'Waive a vulnerability, for a reason and a time',
      description: 'For admins. It stays in the reports, and stands against no deployment.',
      body: waiverBody,
      response: { 201: waiverSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(waiveFinding(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    schema: {
      tags,
      summary: 'End a waiver',
      params: idParams,
      response: { 204: z.undefined().describe('Ended.') },
    },
    handler: async (request, reply) => {
      endWaiver(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}
