import type { FastifyReply, FastifyRequest } from 'fastify';
import { CraneError } from '../core/error/crane-error.ts';
import { errorCodes } from '../core/error/error-codes.ts';
import type { Clock } from '../core/port/clock.ts';
import type { Log } from '../core/port/log.ts';
import type { ApiInstance } from './api-instance.ts';
import type { FailureLimiter } from './failure-limiter.ts';
import { problemType, toApiError, toProblem } from './problem.ts';
import { peerOf } from './peer-of.ts';

type Reporting = { log: Log; clock: Clock; failures: FailureLimiter };

/** The one place that logs errors and turns them into problem documents. Call before any route is declared. */
export function reportErrors(app: ApiInstance, { log, clock, failures }: Reporting): void {
  const methodsOf = collectMethods(app);

  app.setErrorHandler((thrown, request, reply) => {
    const error = limitFailures(toApiError(thrown), request, { clock, failures });
    const { status } = errorCodes[error.code];
    const facts = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      code: error.code,
    };
    // "Not yet", as a starting control plane says to who waits for it, is no fault.
    if (error.code === 'part.unavailable' && facts.route === '/readyz') log.info(facts, error.message);
    else if (status >= 500) log.error({ ...facts, error: thrown, cause: error.cause }, error.message);
    else log.debug(facts, error.message);
    return sendProblem(reply, error);
  });

  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const methods = methodsOf(path);
    if (methods.length === 0) return sendProblem(reply, unknownAddress(path));
    void reply.header('allow', methods.join(', '));
    const error = new CraneError('route.not_found', {
      message: `${request.method} is not possible here; ${methods.join(', ')} is.`,
      fix: 'Compare with /api/v1/openapi.json.',
    });
    return sendProblem(reply, error, 405);
  });
}

function unknownAddress(path: string): CraneError {
  return new CraneError('route.not_found', {
    message: `There is nothing at ${JSON.stringify(path.slice(0, 200))}.`,
    fix: 'All addresses are in /api/v1/openapi.json.',
  });
}

/** Sends the problem document, with the headers its status asks for. */
export function sendProblem(reply: FastifyReply, error: CraneError, status?: number): FastifyReply {
  const problem = toProblem(error, reply.request.id, status);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="crane"');
  const { retryAfterSeconds } = error.facts;
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  // As text: a response schema of the route would cut fields it does not name.
  return reply.code(problem.status).type(problemType).send(JSON.stringify(problem));
}

/** Guesses are counted; good tokens are never held up by somebody else's bad ones. */
function limitFailures(
  error: CraneError,
  request: FastifyRequest,
  { clock, failures }: Pick<Reporting, 'clock' | 'failures'>,
): CraneError {
  if (error.code !== 'auth.invalid') return error;
  const seconds = failures.fail(peerOf(request), clock.now());
  if (seconds === null) return error;
  return new CraneError('auth.rate_limited', {
    message: 'Too many wrong tokens came from this address.',
    fix: `Wait ${seconds} s, then use the right one.`,
    retryAfterSeconds: seconds,
  });
}

/** Learns the routes as they are declared: which methods does this address have? */
function collectMethods(app: ApiInstance): (path: string) => string[] {
  const known: { pattern: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    known.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return (path) =>
    [...new Set(known.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort();
}

/** `/apps/:app/scale` → one segment for each parameter; a doubled colon is a colon. */
function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('::', '\0')
    .replaceAll(/:[A-Za-z]+/g, '[^/]+')
    .replaceAll('\0', ':');
  return new RegExp(`^${source}$`);
}
