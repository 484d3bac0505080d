import { transferApp } from '../../actions/transfer-app.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { transferAnswer, transferBody } from '../schema/release-schema.ts';

export function declareTransferRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/transfer',
    schema: {
      tags: ['apps'],
      summary: 'Make an app somebody else’s; nothing restarts',
      description:
        'It counts for the quota of its new owner. Who had it does not see it any more, unless a group shares it with them; groups that share it go on doing so.',
      params: appParams,
      body: transferBody,
      response: { 200: transferAnswer },
    },
    handler: async (request) => {
      const { uniqueName } = transferApp(deps, actorOf(request), {
        app: request.params.app,
        to: request.body.to,
      });
      return { app: uniqueName, owner: request.body.to };
    },
  });
}
