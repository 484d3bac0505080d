import { admittedImport } from '../../actions/admitted.ts';
import { z } from 'zod';
import { exportApp } from '../../actions/export-app.ts';
import { operationUrl, viewOfAccepted } from '../accepted.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { bundleSchema, importBody } from '../schema/bundle-schema.ts';
import { deployAnswer } from '../schema/deploy-schema.ts';
import { viewOfWarning } from '../view-of-warning.ts';
import { packZip, unpackZip } from '../zip.ts';

const tags = ['apps'];
const archive = z.custom<Uint8Array>().meta({ type: 'string', format: 'binary' });

export function declareBundleRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/bundle',
    schema: {
      tags,
      summary: 'The app as files that serve it with Docker Compose alone; no secret is in them',
      params: appParams,
      response: { 200: bundleSchema },
    },
    handler: async (request) => exportApp(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/export',
    schema: {
      tags,
      summary: 'The same files as a ZIP archive',
      params: appParams,
      response: {
        200: { description: 'ZIP', content: { 'application/zip': { schema: archive } } },
      },
    },
    handler: async (request, reply) => {
      const { name, files } = exportApp(deps, actorOf(request), request.params);
      return reply
        .type('application/zip')
        .header('content-disposition', `attachment; filename="${name}.zip"`)
        .send(packZip(files));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps::import',
    schema: {
      tags,
      summary: 'Deploy a new app from an exported archive',
      body: importBody,
      response: { 202: deployAnswer },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { archive, ...rest } = request.body;
      const accepted = await admittedImport(deps, actor, {
        ...rest,
        files: unpackZip(Buffer.from(archive, 'base64')),
      });
      return reply
        .code(202)
        .header('location', operationUrl(accepted.operation))
        .send({ ...viewOfAccepted(deps, actor, accepted), warnings: accepted.warnings.map(viewOfWarning) });
    },
  });
}
