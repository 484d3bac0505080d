import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { facts } from '../schema/components.ts';

const tags = ['platform'];
const config = { isPublic: true };
const okSchema = z.object({ status: z.literal('ok') });

export function declareHealthRoutes(app: ApiInstance, { isReady }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/healthz',
    config,
    schema: { tags, security: [], summary: 'The process answers', response: { 200: okSchema } },
    handler: async () => ({ status: 'ok' as const }),
  });
  app.route({
    method: 'GET',
    url: '/readyz',
    config,
    schema: { tags, security: [], summary: 'The control loops have looked', response: { 200: okSchema } },
    handler: async () => {
      if (isReady()) return { status: 'ok' as const };
      throw new CraneError('part.unavailable', {
        message: 'Crane is starting: the control loops have not looked at everything yet.',
        fix: 'Try again in a second.',
        retryAfterSeconds: 1,
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/openapi.json',
    config,
    schema: { tags, security: [], summary: 'This description', response: { 200: facts } },
    handler: async () => ({ ...app.swagger() }),
  });
}
