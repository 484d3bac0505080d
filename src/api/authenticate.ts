import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ActionDeps } from '../actions/action-deps.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ApiInstance } from './api-instance.ts';

/** The token of `Authorization: Bearer …`; null when no such header was sent. */
export function bearerOf(request: FastifyRequest): string | null {
  const match = /^Bearer +([\w.~+/-]{1,200}=*)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}

/** Every route below `app` that does not say `isPublic` needs a valid token. */
export function authenticate(
  app: ApiInstance,
  deps: Pick<ActionDeps, 'store' | 'clock' | 'hashSecret'>,
): void {
  app.decorateRequest('actor', null);
  app.addHook('onRequest', async (request) => {
    const { isPublic, isSelfAuthenticated } = request.routeOptions.config;
    if (request.is404 || isPublic === true || isSelfAuthenticated === true) return;
    const token = bearerOf(request);
    if (token === null) throw missingToken();
    const found = deps.store.tokens.authenticate(deps.hashSecret(token), deps.clock.now());
    if (found === null) throw wrongToken();
    request.actor = { user: found.user };
  });
}

/** Compares without telling by its time how much was right. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

export function missingToken(): CraneError {
  return new CraneError('auth.missing', {
    message: 'No token was sent.',
    fix: 'Send "Authorization: Bearer crane_…"; log in with: crane login',
  });
}

export function wrongToken(): CraneError {
  return new CraneError('auth.invalid', {
    message: 'The token is wrong, expired or revoked.',
    fix: 'Log in again with: crane login',
  });
}
