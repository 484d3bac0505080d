import { judgePolicyDraft, showPolicies } from '../../actions/judge-policy-draft.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { draftBody, judgementSchema, policiesSchema } from '../schema/policy-schema.ts';

const tags = ['policies'];

export function declarePolicyRoutes(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/policies',
    schema: { tags, summary: 'The policies in force, with their tests', response: { 200: policiesSchema } },
    handler: async () => showPolicies(deps),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/policies::judge',
    schema: {
      tags,
      summary: 'Check, test and dry-run a draft of policies',
      description: 'By the policy engine itself, in a sandbox. For admins. Changes nothing.',
      body: draftBody,
      response: { 200: judgementSchema },
    },
    handler: async (request) => judgePolicyDraft(deps, actorOf(request), request.body, closing),
  });
}
