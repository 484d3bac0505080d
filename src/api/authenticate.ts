import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ActionDeps, Actor } from '../actions/action-deps.ts';
import { readCookie } from '../actions/log-in.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ApiInstance } from './api-instance.ts';
import { isFromOwnPage, rejected } from './check-origin.ts';
import { ownerOf } from './owner-server.ts';
import { readLoginCookie } from './login-cookie.ts';

/** The token of `Authorization: Bearer …`, of a WebSocket also of its protocols; null when none was sent. */
export function bearerOf(request: FastifyRequest): string | null {
  const match = /^Bearer +([\w.~+/-]{1,4000}=*)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? (request.routeOptions.config.isSocket === true ? protocolToken(request) : null);
}

/**
 * `Sec-WebSocket-Protocol: crane, bearer.TOKEN`. A browser can send no other header with a WebSocket, and an address would
 * be kept in logs and histories.
 */
function protocolToken({ headers }: FastifyRequest): string | null {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(socketProtocol)) return null;
  const match = /^bearer\.([\w.~+-]{1,4000})$/.exec(offered.find((name) => name.startsWith('bearer.')) ?? '');
  return match?.[1] ?? null;
}

/** The protocol that is spoken, and answered to a client that offers it; a token among the others is never sent back. */
export const socketProtocol = 'crane';

/**
 * Every route below `app` that does not say `isPublic` needs somebody: by a personal token, an access token (JWT), or the
 * cookie of a login. The person is read anew for each request, so that what an admin changes is in force at once.
 */
export function authenticate(app: ApiInstance, deps: ActionDeps): void {
  app.decorateRequest('actor', null);
  app.addHook('onRequest', async (request) => {
    const { isPublic, isSelfAuthenticated } = request.routeOptions.config;
    if (request.is404 || isPublic === true || isSelfAuthenticated === true) return;
    request.actor = isByOwner(app, request) ? ownerOf(deps.store) : await identify(deps, request);
  });
}

/** A person's token speaks for that person, also over the socket of the machine's owner. */
function isByOwner(app: ApiInstance, request: FastifyRequest): boolean {
  return app.ownerSockets.has(request.raw.socket) && request.headers.authorization === undefined;
}

async function identify(deps: ActionDeps, request: FastifyRequest): Promise<Actor> {
  const token = bearerOf(request);
  if (token === null && request.headers.authorization === undefined) return byCookie(deps, request);
  if (token === null) throw missingToken();
  // Only JWTs have dots.
  const actor = token.includes('.') ? await byAccessToken(deps, token) : byToken(deps, token);
  if (actor === null) throw wrongToken();
  return actor;
}

function byToken(deps: ActionDeps, token: string): Actor | null {
  const found = deps.store.tokens.authenticate(deps.hashSecret(token), deps.clock.now());
  if (found === null) return null;
  const { id, verbs, appIds } = found.token;
  return { user: found.user, via: { kind: 'token', tokenId: id }, limits: { verbs, appIds } };
}

async function byAccessToken(deps: ActionDeps, token: string): Promise<Actor | null> {
  const claims = await deps.accessTokens.read(token, deps.clock.now());
  if (claims === null) return null;
  const found = deps.store.logins.find(claims.loginId, deps.clock.now());
  if (found === null || found.login.kind !== 'api' || found.user.id !== claims.userId) return null;
  return { user: found.user, via: { kind: 'api', loginId: found.login.id } };
}

function byCookie(deps: ActionDeps, request: FastifyRequest): Actor {
  const cookie = readLoginCookie(request);
  if (cookie === null) throw missingToken();
  if (!isFromOwnPage(request)) throw rejected(request.headers.origin);
  const found = readCookie(deps, cookie);
  if (found === null) throw wrongToken();
  return { user: found.user, via: { kind: 'browser', loginId: found.login.id } };
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
