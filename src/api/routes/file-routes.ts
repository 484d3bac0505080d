import { Readable } from 'node:stream';
import { z } from 'zod';
import { readFiles, writeFiles } from '../../actions/copy-files.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { queryNumber } from '../schema/query.ts';

const tarType = 'application/x-tar';
const maxBytes = 4 * 1024 ** 3;
const copyTimeoutMs = 600_000;

const query = z.strictObject({
  service: z.string().max(255).exactOptional().describe('May be left out where the app has only one.'),
  instance: queryNumber(1, 1_000_000).exactOptional().describe('Slot of the instance; else the lowest.'),
  path: z
    .string()
    .max(4_096)
    .regex(/^\/[^\0]*$/, 'must be absolute'),
});

const inputOf = (app: string, { service, instance, path }: z.infer<typeof query>) => ({
  app,
  service: service ?? null,
  slot: instance ?? null,
  path,
});

export function declareFileRoutes(app: ApiInstance, { deps, closing }: RouteContext): void {
  const common = { tags: ['apps'], params: appParams, querystring: query };
  const limit = (): AbortSignal => AbortSignal.any([closing, AbortSignal.timeout(copyTimeoutMs)]);
  app.register(async (scope: ApiInstance) => {
    // Not read before the handler does: it may be large.
    scope.addContentTypeParser(tarType, (_request, payload, done) => done(null, payload));
    scope.route({
      method: 'GET',
      url: '/api/v1/apps/:app/files',
      exposeHeadRoute: false,
      schema: {
        ...common,
        operationId: 'readFiles',
        summary: 'A file or folder of an instance, as a tar',
        response: { 200: { description: 'A tar', content: { [tarType]: { schema: z.any() } } } },
      },
      handler: async (request, reply) => {
        const input = inputOf(request.params.app, request.query);
        const tar = await readFiles(deps, actorOf(request), input, limit());
        return reply.type(tarType).send(Readable.from(tar, { objectMode: false }));
      },
    });
    scope.route({
      method: 'POST',
      url: '/api/v1/apps/:app/files',
      schema: {
        ...common,
        operationId: 'writeFiles',
        summary: 'Unpack a tar into a folder of an instance',
        description: 'At most 4 GiB. Owners are not kept; devices and names that lead out are refused.',
        consumes: [tarType],
        body: z.unknown(),
        response: { 200: z.object({ instance: z.string() }) },
      },
      handler: async (request) => {
        const tar = request.body;
        if (!(tar instanceof Readable))
          throw new CraneError('input.media_type', {
            message: 'Files arrive as a tar archive.',
            fix: `Send them as ${tarType}.`,
          });
        const input = inputOf(request.params.app, request.query);
        try {
          return await writeFiles(deps, actorOf(request), input, { tar, maxBytes }, limit());
        } finally {
          // What is refused early is read to its end, so that the sender gets the answer.
          tar.resume();
        }
      },
    });
  });
}
