import { judgePolicyDraft, showPolicies } from '../../actions/judge-policy-draft.ts';
import { setPolicyBounds, showPolicyBounds } from '../../actions/manage-policies.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { draftBody, judgementSchema, policiesSchema, policyBoundsView } from '../schema/policy-schema.ts';
import { declareAppRevisions } from './app-policy-routes.ts';
import { declarePlatformRevisions } from './platform-policy-routes.ts';

const tags = ['policies'];
const description =
  'By the policy engine itself, in a sandbox, as the app or the platform would use it. Changes nothing.';

export function declarePolicyRoutes(app: ApiInstance, context: RouteContext): void {
  const { deps, closing } = context;
  app.route({
    method: 'GET',
    url: '/api/v1/policies',
    schema: { tags, summary: 'The policies in force, with their tests', response: { 200: policiesSchema } },
    handler: async (request) => showPolicies(deps, actorOf(request)),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/policies',
    schema: {
      tags,
      summary: 'The policies that decide for an app, with their tests',
      params: appParams,
      response: { 200: policiesSchema },
    },
    handler: async (request) => showPolicies(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/policies::judge',
    schema: {
      tags,
      summary: 'Check, test and dry-run a draft of policies',
      description: `${description} For admins.`,
      body: draftBody,
      response: { 200: judgementSchema },
    },
    handler: async (request) => judgePolicyDraft(deps, actorOf(request), request.body, closing),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/policies::judge',
    schema: {
      tags,
      summary: "Check, test and dry-run a draft of an app's own policies",
      description,
      params: appParams,
      body: draftBody,
      response: { 200: judgementSchema },
    },
    handler: async (request) =>
      judgePolicyDraft(deps, actorOf(request), { ...request.params, ...request.body }, closing),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/policy-bounds',
    schema: { tags, summary: "What owners' own policies may do", response: { 200: policyBoundsView } },
    handler: async () => showPolicyBounds(deps),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/policy-bounds',
    schema: {
      tags,
      summary: "Say what owners' own policies may do",
      description: 'For admins. Holds from the next decision on.',
      body: policyBoundsView,
      response: { 200: policyBoundsView },
    },
    handler: async (request) => setPolicyBounds(deps, actorOf(request), request.body),
  });
  declarePlatformRevisions(app, context);
  declareAppRevisions(app, context);
}
