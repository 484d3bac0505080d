import fastify from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ActionDeps } from '../actions/action-deps.ts';
import { createMetricsFinder, type FindDeclaredMetrics } from '../actions/declared-metrics.ts';
import { discoverTargets, scrapePath } from '../actions/discover-targets.ts';
import { receiveAlerts } from '../actions/receive-alerts.ts';
import { scrapeInstance } from '../actions/scrape-instance.ts';
import { parseWebhook } from '../core/alert/parse-webhook.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Log } from '../core/port/log.ts';
import type { ApiInstance } from './api-instance.ts';
import { bearerOf, isSameSecret, missingToken, wrongToken } from './authenticate.ts';
import { createCraneMetrics } from './crane-metrics.ts';
import type { CraneMetrics } from './crane-metrics.ts';
import { createFailureLimiter } from './failure-limiter.ts';
import { hardenServer, serverOptions } from './harden-server.ts';
import { reportErrors } from './report-errors.ts';
import { validateInput } from './validate-input.ts';

/** Prometheus and Alertmanager of one machine: few peers, and none that guesses. */
const failureLimits = { burst: 20, refillMs: 3_000, maxPeers: 1_000 };

/**
 * What the platform's parts call, not listening yet: the alert webhook, service discovery, Crane's metrics and those of the apps' instances. Each needs
 * the bearer `credential`; without one configured nothing is there. Connections from other peers than `isAllowedPeer`
 * (plain addresses, IPv4 not mapped) are destroyed before a byte is read. `address` is where the parts reach it, `address:port`.
 */
export function createInternalListener({
  deps,
  log,
  credential,
  address,
  isAllowedPeer,
}: {
  deps: ActionDeps;
  log: Log;
  credential: string | null;
  address: string;
  isAllowedPeer: (address: string) => boolean;
}): ApiInstance {
  const app: ApiInstance = fastify(serverOptions).withTypeProvider<ZodTypeProvider>();
  const metrics = createCraneMetrics(deps);
  app.addHook('onClose', async () => metrics.close());
  app.setValidatorCompiler(validateInput);
  app.setSerializerCompiler(serializerCompiler);
  reportErrors(app, { log, clock: deps.clock, failures: createFailureLimiter(failureLimits) });
  hardenServer(app, log);
  refuseStrangers(app, { log, isAllowedPeer });
  app.decorateRequest('actor', null);
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    if (credential === null) throw switchedOff();
    const given = bearerOf(request);
    if (given === null) throw missingToken();
    if (!isSameSecret(given, credential)) throw wrongToken();
  });
  declareRoutes(app, { deps, log, metrics });
  declareScrape(app, deps, { address, findMetrics: createMetricsFinder(deps.store) });
  return app;
}

function refuseStrangers(
  app: ApiInstance,
  { log, isAllowedPeer }: { log: Log; isAllowedPeer: (address: string) => boolean },
): void {
  app.server.on('connection', (socket) => {
    const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '');
    if (address !== undefined && isAllowedPeer(address)) return;
    log.warn({ address: address ?? null }, 'a connection to the internal listener was refused');
    socket.destroy();
  });
}

function switchedOff(): CraneError {
  return new CraneError('route.not_found', {
    message: 'The internal listener has no credential, so it offers nothing.',
    fix: 'Bring the platform up again: crane up',
  });
}

const receivedSchema = z.object({ accepted: z.int(), duplicates: z.int(), rejected: z.int() });
const groupsSchema = z.array(
  z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }),
);

function declareRoutes(
  app: ApiInstance,
  { deps, log, metrics }: { deps: ActionDeps; log: Log; metrics: CraneMetrics },
): void {
  app.route({
    method: 'POST',
    url: '/internal/alerts',
    schema: { response: { 200: receivedSchema } },
    // Alertmanager sends again after a 5xx only: it is given when storing failed, never for what could not be read.
    handler: async (request) => {
      const { alerts, rejected } = parseWebhook(request.body, deps.clock.now());
      for (const { index, reason } of rejected) {
        log.warn({ requestId: request.id, index, reason }, 'an alert could not be read');
      }
      const received = receiveAlerts(deps, alerts);
      for (const { status } of alerts) metrics.countAlerts(status, 1);
      return { ...received, rejected: rejected.length };
    },
  });
  app.route({
    method: 'GET',
    url: '/metrics',
    handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()),
  });
}

/** Formats of Prometheus that are text when an instance does not say what it sends. */
const plainText = 'text/plain; version=0.0.4; charset=utf-8';

/** Prometheus reads an instance's metrics here; one that does not answer is a 502, which Prometheus shows as down. */
function declareScrape(
  app: ApiInstance,
  deps: ActionDeps,
  { address, findMetrics }: { address: string; findMetrics: FindDeclaredMetrics },
): void {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.route({
    method: 'GET',
    url: '/internal/discovery',
    schema: { response: { 200: groupsSchema } },
    handler: async () => discoverTargets(deps, findMetrics, address),
  });
  app.route({
    method: 'GET',
    url: `${scrapePath}/:id`,
    schema: { params: z.object({ id: z.string() }) },
    handler: async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => reply.raw.writableFinished || gone.abort());
      const input = { id: request.params.id, accept: request.headers.accept ?? null };
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      const result = await scrapeInstance(deps, findMetrics, input, signal);
      if (result.kind === 'failed') return reply.code(502).type('text/plain').send(`${result.reason}\n`);
      return reply
        .code(result.status)
        .type(result.contentType ?? plainText)
        .send(result.body);
    },
  });
}
