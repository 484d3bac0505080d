import type { FastifyRequest } from 'fastify';
import { CraneError } from '../core/error/crane-error.ts';
import { readJson } from '../core/json/read-json.ts';
import type { ApiInstance } from './api-instance.ts';

/**
 * Bodies that are read: JSON, as it is and not packed. Plain text, which Fastify would take too, is not. `sees` is given the text as it came,
 * where something is signed.
 */
export function readBodies(
  app: ApiInstance,
  types: readonly string[],
  sees: (request: FastifyRequest, text: string) => void = () => undefined,
): void {
  app.removeContentTypeParser(['text/plain', ...types]);
  app.addContentTypeParser([...types], { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const text = decode(body);
      sees(request, text);
      done(null, readJson(text));
    } catch (thrown) {
      done(thrown instanceof Error ? thrown : new Error('the body could not be read', { cause: thrown }));
    }
  });
}

function decode(body: string | Buffer): string {
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new CraneError(
      'input.malformed',
      { message: 'The body is not UTF-8.', fix: 'Send JSON as UTF-8 (RFC 8259).' },
      { cause },
    );
  }
}

/** Refuses a body that would have to be unpacked first: nothing here does, and a small one may become endless. */
export function refusePacked(app: ApiInstance): void {
  app.addHook('onRequest', async ({ headers }) => {
    const coding = headers['content-encoding'] ?? 'identity';
    if (coding.toLowerCase() === 'identity') return;
    throw new CraneError('input.media_type', {
      message: `A body with Content-Encoding ${JSON.stringify(coding.slice(0, 60))} is not read here.`,
      fix: 'Send it as it is, without Content-Encoding.',
    });
  });
}
