import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ActionDeps } from '../actions/action-deps.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ApiInstance } from './api-instance.ts';

/** The token of `Authorization: Bearer …`, of a WebSocket also of its protocols; null when none was sent. */
export function bearerOf(request: FastifyRequest): string | null {
  const match = /^Bearer +([\w.~+/-]{1,200}=*)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? (request.routeOptions.config.isSocket === true ? protocolToken(request) : null);
}

/**
 * `Sec-WebSocket-Protocol: crane, bearer.TOKEN`. A browser can send no other header with a WebSocket, and an address would
 * be kept in logs and histories.
 */
function protocolToken({ headers }: FastifyRequest): string | null {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(socketProtocol)) return null;
  const match = /^bearer\.([\w.~+-]{1,200})$/.exec(offered.find((name) => name.startsWith('bearer.')) ?? '');
  return match?.[1] ?? null;
}

/** The protocol that is spoken, and answered to a client that offers it; a token among the others is never sent back. */
export const socketProtocol = 'crane';

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
