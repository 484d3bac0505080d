import { renewCertificates, showAuthority } from '../../actions/show-authority.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { authoritySchema, renewalBody } from '../schema/authority-schema.ts';

const tags = ['platform'];
const response = { 200: authoritySchema };

export function declareAuthorityRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/authority',
    schema: { tags, summary: 'The local authority that vouches for routes with TLS', response },
    handler: async (request) => showAuthority(deps, actorOf(request)),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/authority::renew',
    schema: {
      tags,
      summary: 'Issue the certificates of all apps anew',
      description: 'Requests under way go on. For admins.',
      body: renewalBody,
      response,
    },
    handler: async (request) => renewCertificates(deps, actorOf(request), request.body),
  });
}
