import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { IncomingMessage, Server } from 'node:http';
import type { FastifyHttpOptions, FastifyReply } from 'fastify';
import { CraneError } from '../core/error/crane-error.ts';
import type { Log } from '../core/port/log.ts';
import type { ApiInstance } from './api-instance.ts';
import { closeSpareConnections } from './close-spare-connections.ts';
import { problemType, toApiError, toProblem } from './problem.ts';
import { readBodies, refusePacked } from './read-bodies.ts';
import { sendProblem } from './report-errors.ts';

const bodyLimitBytes = 2 * 1024 * 1024;
const headerLimitBytes = 16 * 1024;

/** Limits that both listeners share. Times bound how long a request may take to arrive, not how long a stream may last. */
export const serverOptions = {
  logger: false,
  bodyLimit: bodyLimitBytes,
  // As long as a large build context takes; headers have ten seconds, and nothing is read before the token is known.
  requestTimeout: 300_000,
  keepAliveTimeout: 30_000,
  // While it closes, what arrives on open connections is still answered as usual.
  return503OnClosing: false,
  requestIdHeader: false,
  genReqId: () => `req-${randomUUID()}`,
  http: {
    maxHeaderSize: headerLimitBytes,
    headersTimeout: 10_000,
    // How often both times are looked at; Node's own 30 s would let a slow sender have four times as long.
    connectionsCheckingInterval: 1_000,
    // Who offers another protocol (HTTP/2 in clear text) is answered in this one.
    shouldUpgradeCallback: isUpgrade,
  },
  clientErrorHandler: refuseMalformed,
  // Addresses that no router takes; hooks do not run for them.
  frameworkErrors: (error, _request, reply) => {
    setHeaders(reply);
    sendProblem(reply, toApiError(error));
  },
} satisfies FastifyHttpOptions<Server>;

/** Whether a WebSocket is asked for (RFC 6455, 4.2.1). */
export function isUpgrade({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && /\bupgrade\b/i.test(headers.connection ?? '');
}

/** Headers of every answer, and one log line for each. No page may embed, sniff or cache what is said here. */
export function hardenServer(app: ApiInstance, log: Log): void {
  readBodies(app, ['application/json', 'application/merge-patch+json']);
  closeSpareConnections(app);
  app.addHook('onRequest', async (_request, reply) => setHeaders(reply));
  refusePacked(app);
  app.addHook('onResponse', async (request, reply) => {
    log.debug(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        tookMs: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });
}

function setHeaders(reply: Pick<FastifyReply, 'headers'> & { request: { id: string } }): void {
  reply.headers({
    'x-request-id': reply.request.id,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

const malformed = {
  status: 400,
  message: 'The request is not well-formed HTTP.',
  fix: 'Use an HTTP client.',
};
const brokenRequests: Readonly<Record<string, typeof malformed>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    message: 'The headers are too large.',
    fix: `Send at most ${headerLimitBytes / 1024} KiB of headers.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    message: 'The request took too long to arrive.',
    fix: 'Send it again, without pauses.',
  },
};

/** What is not HTTP never reaches a route; it gets a problem document too. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable) return;
  const { status, message, fix } = brokenRequests[error.code ?? ''] ?? malformed;
  const problem = toProblem(
    new CraneError('input.malformed', { message, fix }),
    `req-${randomUUID()}`,
    status,
  );
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\nContent-Type: ${problemType}\r\nX-Request-Id: ${problem.requestId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
