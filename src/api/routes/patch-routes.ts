import { admittedChange } from '../../actions/admitted.ts';
import { z } from 'zod';
import { previewChange } from '../../actions/change-release.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { describeApp } from '../../actions/describe-app.ts';
import { appParams } from '../schema/app-schema.ts';
import { patchAnswer, patchBody } from '../schema/patch-schema.ts';
import { queryFlag } from '../schema/query.ts';

export function declarePatchRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'PATCH',
    url: '/api/v1/apps/:app',
    schema: {
      tags: ['apps'],
      summary: 'Change what runs: a new release that differs in nothing but this',
      description:
        'A JSON merge patch (RFC 7396; also as `application/merge-patch+json`) in the words of Compose. Images that are not named stay the very ones they are, and so do replicas. 200 when nothing differs, or with `dryRun=true`, which only tells what would change.',
      params: appParams,
      querystring: z.strictObject({ dryRun: queryFlag.default(false) }),
      body: patchBody,
      response: { 200: patchAnswer, 202: patchAnswer },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const change = { app: request.params.app, patch: request.body };
      if (request.query.dryRun) {
        const preview = previewChange(deps, actor, change);
        return reply.send({
          app: describeApp(deps, actor, change),
          operation: null,
          changes: preview.changes,
        });
      }
      const { app: changed, operation, changes } = await admittedChange(deps, actor, change);
      if (operation === null)
        return reply.send({ app: describeApp(deps, actor, change), operation, changes });
      return reply
        .code(202)
        .header('location', operationUrl(operation))
        .send({ ...viewOfAccepted(deps, actor, { app: changed, operation }), changes });
    },
  });
}
