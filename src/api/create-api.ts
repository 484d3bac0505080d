import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import fastify, { type FastifyRequest } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ActionDeps } from '../actions/action-deps.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Log } from '../core/port/log.ts';
import type { ApiInstance, RouteContext } from './api-instance.ts';
import { auditChanges } from './audit-changes.ts';
import { authenticate, socketProtocol } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { checkAccept } from './check-accept.ts';
import { checkOrigin } from './check-origin.ts';
import { createFailureLimiter } from './failure-limiter.ts';
import { hardenServer, isUpgrade, serverOptions } from './harden-server.ts';
import { serveOwner } from './owner-server.ts';
import { guardRequests } from './guard-requests.ts';
import { nameOperations } from './name-operations.ts';
import { openapiOptions } from './openapi-document.ts';
import { reportErrors } from './report-errors.ts';
import { declareAuditRoutes } from './routes/audit-routes.ts';
import { declareAppRoutes } from './routes/app-routes.ts';
import { declareAuthorityRoutes } from './routes/authority-routes.ts';
import { declareBuildRoutes } from './routes/build-routes.ts';
import { declareBundleRoutes } from './routes/bundle-routes.ts';
import { declareChangeRoutes } from './routes/change-routes.ts';
import { declareDecisionRoutes } from './routes/decision-routes.ts';
import { declareDeploymentRoutes } from './routes/deployment-routes.ts';
import { declareEntranceRoutes } from './routes/entrance-routes.ts';
import { declareProviderRoutes } from './routes/provider-routes.ts';
import { declareEventRoutes } from './routes/event-routes.ts';
import { declareExecRoutes } from './routes/exec-routes.ts';
import { declareGroupRoutes } from './routes/group-routes.ts';
import { declareHealthRoutes } from './routes/health-routes.ts';
import { declareHookRoutes } from './routes/hook-routes.ts';
import { declareLabRoutes } from './routes/lab-routes.ts';
import { declareLoadRoutes } from './routes/load-routes.ts';
import { declareLoginRoutes } from './routes/login-routes.ts';
import { declareLogRoutes } from './routes/log-routes.ts';
import { declareMeRoutes } from './routes/me-routes.ts';
import { declareAlertSourceRoutes } from './routes/alert-source-routes.ts';
import { declareSilenceRoutes } from './routes/silence-routes.ts';
import { declareNotificationRoutes } from './routes/notification-routes.ts';
import { declareOperationRoutes } from './routes/operation-routes.ts';
import { declareFileRoutes } from './routes/file-routes.ts';
import { declarePortRoutes } from './routes/port-routes.ts';
import { declareProcessRoutes } from './routes/process-routes.ts';
import { declarePatchRoutes } from './routes/patch-routes.ts';
import { declarePauseRoutes } from './routes/pause-routes.ts';
import { declareCanaryRoutes } from './routes/canary-routes.ts';
import { declareReleaseRoutes } from './routes/release-routes.ts';
import { declareRunRoutes } from './routes/run-routes.ts';
import { declareAdmissionRoutes } from './routes/admission-routes.ts';
import { declareChaosRoutes } from './routes/chaos-routes.ts';
import { declareCostRoutes } from './routes/cost-routes.ts';
import { declarePolicyRoutes } from './routes/policy-routes.ts';
import { declareSecondFactorRoutes } from './routes/second-factor-routes.ts';
import { declareQuotaRoutes } from './routes/quota-routes.ts';
import { declareRegistrationRoutes } from './routes/registration-routes.ts';
import { declareReplayRoutes } from './routes/replay-routes.ts';
import { declareRuleRoutes } from './routes/rule-routes.ts';
import { declareSecretRoutes } from './routes/secret-routes.ts';
import { declareScanRoutes } from './routes/scan-routes.ts';
import { declareSetupRoutes } from './routes/setup-routes.ts';
import { declareSteeringRoutes } from './routes/steering-routes.ts';
import { declareStatusRoutes } from './routes/status-routes.ts';
import { declareTransferRoutes } from './routes/transfer-routes.ts';
import { declareUsageRoutes } from './routes/usage-routes.ts';
import { declareUserRoutes } from './routes/user-routes.ts';
import { createSessionLimit } from './session-limit.ts';
import { servePages } from './serve-pages.ts';
import { declareWebhookRoutes } from './routes/webhook-routes.ts';
import { validateInput } from './validate-input.ts';

const routes = [
  declareSetupRoutes,
  declareEntranceRoutes,
  declareProviderRoutes,
  declareMeRoutes,
  declareLoginRoutes,
  declareUserRoutes,
  declareRegistrationRoutes,
  declareQuotaRoutes,
  declareSecondFactorRoutes,
  declareAuditRoutes,
  declareGroupRoutes,
  declareStatusRoutes,
  declareAuthorityRoutes,
  declareAppRoutes,
  declareDeploymentRoutes,
  declareBuildRoutes,
  declareBundleRoutes,
  declareChangeRoutes,
  declareSteeringRoutes,
  declarePatchRoutes,
  declareHookRoutes,
  declareLogRoutes,
  declareUsageRoutes,
  declareExecRoutes,
  declareRunRoutes,
  declareProcessRoutes,
  declarePortRoutes,
  declareFileRoutes,
  declareOperationRoutes,
  declareDecisionRoutes,
  declareReplayRoutes,
  declareChaosRoutes,
  declareCostRoutes,
  declarePolicyRoutes,
  declareAdmissionRoutes,
  declareRuleRoutes,
  declareLoadRoutes,
  declareLabRoutes,
  declareReleaseRoutes,
  declareTransferRoutes,
  declareCanaryRoutes,
  declarePauseRoutes,
  declareScanRoutes,
  declareSecretRoutes,
  declareEventRoutes,
  declareWebhookRoutes,
  declareNotificationRoutes,
  declareSilenceRoutes,
  declareAlertSourceRoutes,
  declareHealthRoutes,
];

/** Twenty wrong tokens at once from one address, then one in three seconds. */
const failureLimits = { burst: 20, refillMs: 3_000, maxPeers: 10_000 };

/** A stream costs a connection and a few kilobytes. A person has some dozens: pages, and commands that follow. */
const streamRoom = { what: 'streams', each: 100, all: 2_000 };

/** Longest message of a WebSocket. */
const maxMessageBytes = 1024 * 1024;

/** The public API, not listening yet. `isReady` turns /readyz to 200; closing ends all streams. */
export function createApi({
  deps,
  log,
  version,
  build = 'unknown',
  isReady = () => true,
  pages = null,
}: {
  deps: ActionDeps;
  log: Log;
  version: string;
  build?: string;
  isReady?: () => boolean;
  /** The folder of the built web pages; null = none are served. */
  pages?: string | null;
}): ApiInstance {
  const app: ApiInstance = fastify(serverOptions).withTypeProvider<ZodTypeProvider>();
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.setValidatorCompiler(validateInput);
  app.setSerializerCompiler(serializerCompiler);
  reportErrors(app, { log, clock: deps.clock, failures: createFailureLimiter(failureLimits) });
  hardenServer(app, log);
  nameOperations(app);
  checkOrigin(app);
  serveOwner(app);
  authenticate(app, deps);
  authorize(app, deps);
  auditChanges(app, deps, log);
  guardRequests(app, deps);
  const context: RouteContext = {
    deps,
    log,
    version,
    build,
    isReady,
    startedAt: deps.clock.now(),
    closing: closing.signal,
    streams: createSessionLimit(streamRoom),
  };
  app.register(swagger, openapiOptions(version));
  app.addHook('onResponse', async ({ raw, ws }) => {
    // One that was refused before the plugin knew of it would stay open: no server reads from it any more.
    if (ws === null && isUpgrade(raw)) raw.socket.destroy();
  });
  // Its sockets are closed by the sessions themselves, with the reason.
  app.register(websocket, {
    options: {
      maxPayload: maxMessageBytes,
      handleProtocols: (offered: Set<string>) => offered.has(socketProtocol) && socketProtocol,
    },
    preClose: (done) => done(),
  });
  app.register(async (scope: ApiInstance) => {
    scope.addHook('onRequest', async (request) => refuseUpgrade(request));
    checkAccept(scope);
    for (const declare of routes) declare(scope, context);
  });
  if (pages !== null) servePages(app, pages);
  return app;
}

/** An address that is no WebSocket would otherwise be upgraded and closed, without a word. */
function refuseUpgrade(request: FastifyRequest): void {
  if (!request.ws || request.routeOptions.config.isSocket === true) return;
  throw new CraneError('input.malformed', {
    message: 'This address is no WebSocket.',
    fix: 'Ask without "Connection: Upgrade".',
  });
}
