import { z } from 'zod';
import { exportScans } from '../../actions/export-scans.ts';
import { importDatabase, showDatabase } from '../../actions/scan-database.ts';
import { describeScans } from '../../actions/describe-scans.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { scanDatabaseSchema, scansSchema } from '../schema/platform-schema.ts';

export function declareScanRoutes(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/scans',
    schema: {
      tags: ['apps'],
      summary: 'The newest scan of each image of the current release',
      params: appParams,
      response: { 200: scansSchema },
    },
    handler: async (request) => ({ items: describeScans(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/scans::export',
    schema: {
      tags: ['apps'],
      summary: 'The scans of an app as a document for other tools',
      description: 'SARIF 2.1.0, or a CycloneDX list of what is in the image of each service.',
      params: appParams,
      querystring: z.strictObject({ format: z.enum(['sarif', 'cyclonedx']).default('sarif') }),
      response: { 200: z.record(z.string(), z.unknown()) },
    },
    handler: async (request) => exportScans(deps, actorOf(request), { ...request.params, ...request.query }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/scan-database',
    schema: {
      tags: ['admission'],
      summary: 'The vulnerability database on this machine',
      response: { 200: scanDatabaseSchema },
    },
    handler: async () => showDatabase(deps),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/scan-database::import',
    schema: {
      tags: ['admission'],
      summary: 'Take over a vulnerability database from a file or folder of this machine',
      description: 'For admins. What runs is looked up again afterwards.',
      body: z.strictObject({ path: z.string().startsWith('/').max(4096) }),
      response: { 200: scanDatabaseSchema },
    },
    handler: async (request) => importDatabase(deps, actorOf(request), request.body, closing),
  });
}
