import type { FastifyReply, FastifyRequest } from 'fastify';
import { loginLife } from '../core/people/login.ts';

const name = 'crane_login';
/** Not `Secure`: the API listens on loopback only, without TLS, and browsers would not send it back everywhere. */
const attributes = 'Path=/; HttpOnly; SameSite=Strict';

/** The login cookie of a request; null when there is none, or more than one. */
export function readLoginCookie(request: FastifyRequest): string | null {
  const found = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  const [only] = found;
  return found.length === 1 && only !== undefined && /^[\w-]{20,100}$/.test(only) ? only : null;
}

export function setLoginCookie(reply: FastifyReply, secret: string): void {
  const seconds = loginLife.browser.absoluteMs / 1000;
  void reply.header('set-cookie', `${name}=${secret}; ${attributes}; Max-Age=${seconds}`);
}

export function clearLoginCookie(reply: FastifyReply): void {
  void reply.header('set-cookie', `${name}=; ${attributes}; Max-Age=0`);
}
