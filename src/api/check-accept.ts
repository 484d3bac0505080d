import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { ApiInstance } from './api-instance.ts';

const withContent = z.object({ content: z.record(z.string(), z.unknown()) });

/** Refuses who takes nothing of what a route gives (RFC 9110, 12.5.1): an image of a list, or of a mistake. */
export function checkAccept(app: ApiInstance): void {
  app.addHook('onRequest', async (request) => {
    const accepted = request.headers.accept;
    if (accepted === undefined || accepted.trim() === '') return;
    const given = typesOf(request);
    const ranges = accepted.split(',').flatMap((range) => rangeOf(range));
    if (given.some((type) => ranges.some((range) => isWithin(type, range)))) return;
    throw new CraneError('input.not_acceptable', {
      message: `This address gives ${given.join(' or ')}, none of which is accepted (saw ${JSON.stringify(accepted.slice(0, 100))}).`,
      fix: 'Send "Accept: */*", or leave it out.',
    });
  });
}

function typesOf({ routeOptions }: FastifyRequest): string[] {
  const answers: unknown[] = Object.values(Object(routeOptions.schema?.response));
  const types = answers.flatMap((answer) => {
    const described = withContent.safeParse(answer);
    return described.success ? Object.keys(described.data.content) : ['application/json'];
  });
  return [...new Set(types.length === 0 ? ['application/json'] : types)];
}

/** `text/*;q=0.8` → `text/*`; nothing for what is expressly not wanted. */
function rangeOf(range: string): string[] {
  const [type = '', ...settings] = range.split(';').map((part) => part.trim().toLowerCase());
  return settings.some((setting) => /^q=0(?:\.0*)?$/.test(setting)) ? [] : [type];
}

/** Who takes problem documents, as a client of this API should say, takes JSON. */
function isWithin(type: string, range: string): boolean {
  const [family = ''] = type.split('/');
  return range === '*/*' || range === type || range === `${family}/*` || range === 'application/problem+json';
}
