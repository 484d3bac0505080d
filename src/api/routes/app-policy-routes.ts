import {
  activatePolicy,
  listPolicyActivations,
  listPolicyRevisions,
  readPolicyRevision,
  rollBackPolicy,
  savePolicy,
  showPolicyState,
} from '../../actions/manage-policies.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import {
  activatePolicyBody,
  kindParams,
  numberParams,
  policyActivationsSchema,
  policyRevisionFilesSchema,
  policyRevisionsSchema,
  policyStateSchema,
  rollBackPolicyBody,
  savedPolicySchema,
  savePolicyBody,
} from '../schema/policy-schema.ts';

const tags = ['policies'];
const params = appParams.extend(kindParams.shape);

/** Saved policies of one app, for its owner, within the admin's bounds. */
export function declareAppRevisions(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/policies/:kind',
    schema: {
      tags,
      summary: 'Which policy decides for an app',
      params,
      response: { 200: policyStateSchema },
    },
    handler: async (request) => showPolicyState(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/policies/:kind/revisions',
    schema: {
      tags,
      summary: 'Saved policies of an app, newest first',
      params,
      response: { 200: policyRevisionsSchema },
    },
    handler: async (request) => ({ items: listPolicyRevisions(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/policies/:kind/revisions',
    schema: {
      tags,
      summary: "Save a draft as the app's next revision",
      description:
        'Laid over what is in force. It decides nothing before it is activated; what the engine does not take is not stored.',
      params,
      body: savePolicyBody,
      response: { 201: savedPolicySchema },
    },
    handler: async (request, reply) => {
      const saved = await savePolicy(deps, actorOf(request), { ...request.params, ...request.body }, closing);
      return reply.code(201).send(saved);
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/policies/:kind/revisions/:number',
    schema: {
      tags,
      summary: "The files of an app's saved policy",
      description: 'Number 0: as shipped.',
      params: appParams.extend(numberParams.shape),
      response: { 200: policyRevisionFilesSchema },
    },
    handler: async (request) => readPolicyRevision(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/policies/:kind/revisions::activate',
    schema: {
      tags,
      summary: 'Put a saved policy into force for an app',
      description:
        'Checked and tested once more; it decides from the next decision on. What is no good leaves the old one in force.',
      params,
      body: activatePolicyBody,
      response: { 200: policyStateSchema },
    },
    handler: async (request) =>
      activatePolicy(deps, actorOf(request), { ...request.params, ...request.body }, closing),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/policies/:kind/revisions::rollback',
    schema: {
      tags,
      summary: "Take the app's policy before the last change again",
      params,
      body: rollBackPolicyBody.optional(),
      response: { 200: policyStateSchema },
    },
    handler: async (request) =>
      rollBackPolicy(deps, actorOf(request), { note: '', ...request.params, ...request.body }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/policies/:kind/activations',
    schema: {
      tags,
      summary: 'What was in force for an app since when, newest first',
      params,
      response: { 200: policyActivationsSchema },
    },
    handler: async (request) => ({ items: listPolicyActivations(deps, actorOf(request), request.params) }),
  });
}
