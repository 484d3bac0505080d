import type { FastifyRequest } from 'fastify';
import { CraneError } from '../core/error/crane-error.ts';
import type { ApiInstance } from './api-instance.ts';
import { isUpgrade } from './harden-server.ts';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Names under which this machine knows itself; others may be somebody's who rebound them to loopback. */
const ownNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * What a page of another origin makes a browser send changes nothing here, whatever it brings along: browsers say on each
 * change, and on each WebSocket, which page asked for it. The origin must be this server's own.
 */
export function checkOrigin(app: ApiInstance): void {
  app.addHook('onRequest', async (request) => {
    if (safe.has(request.method) && !isUpgrade(request.raw)) return;
    const { origin } = request.headers;
    if (origin !== undefined && !isOwnOrigin(origin, request.headers.host)) throw rejected(origin);
  });
}

/** Whether this page was served here; browsers leave the header out only where nothing is changed. */
export function isFromOwnPage(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined) return isOwnOrigin(origin, host);
  return safe.has(request.method) && !isUpgrade(request.raw);
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, port } = new URL(origin);
  if (protocol !== 'http:' || !ownNames.has(hostname)) return false;
  // Pages that are being worked on are served from another port of this machine, and passed on with the name of that.
  return host === undefined ? false : isSameHost(host, hostname, port);
}

function isSameHost(host: string, hostname: string, port: string): boolean {
  const own = `http://${host}`;
  if (!URL.canParse(own)) return false;
  const asked = new URL(own);
  return asked.hostname === hostname && asked.port === port;
}

export function rejected(origin: string | undefined): CraneError {
  return new CraneError('auth.origin_rejected', {
    message:
      origin === undefined
        ? 'A cookie alone changes nothing: the request does not say which page it comes from.'
        : `Pages of ${JSON.stringify(origin.slice(0, 200))} may not ask for this.`,
    fix: 'Use the pages of this server (crane ui), or send a token and no Origin header.',
  });
}
