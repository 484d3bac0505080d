import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionDeps } from './actions/action-deps.ts';
import { webhookSecret } from './actions/manage-webhooks.ts';
import { setupTokenKey } from './actions/set-up.ts';
import { createApi } from './api/create-api.ts';
import { createInternalListener } from './api/internal-listener.ts';
import { createWakeListener } from './api/wake-listener.ts';
import { signBody } from './api/signature.ts';
import type { Config } from './config.ts';
import { controlSettings } from './control-settings.ts';
import { createCrashPoint } from './control/crash-point.ts';
import { deliverWebhooks } from './control/deliver-webhooks.ts';
import { refuseLockout } from './control/refuse-lockout.ts';
import { startControl } from './control/start-control.ts';
import type { Log } from './core/port/log.ts';
import { createLoadGenerator } from './observe/load/create-load-generator.ts';
import { networkProbe } from './observe/probe/network-probe.ts';
import { createNetworkScrape } from './observe/scrape/create-network-scrape.ts';
import { createPrometheusHistory } from './observe/prometheus/create-prometheus-history.ts';
import { createRuleWorkbench } from './observe/prometheus/create-rule-workbench.ts';
import { createPrometheusRecordings } from './observe/prometheus/create-prometheus-recordings.ts';
import { createWebhookSender } from './observe/webhook/create-webhook-sender.ts';
import { createPrometheusMetrics } from './observe/prometheus/create-prometheus-metrics.ts';
import { createPrometheusRules } from './observe/prometheus/create-prometheus-rules.ts';
import { readCodeIdentity } from './platform/code-identity.ts';
import { pagesFolder } from './platform/pages/ensure-pages.ts';
import { openSecretKeys, rotateSecretKeys } from './platform/secret-keys.ts';
import { createHostFacts } from './platform/host-facts.ts';
import { createSecretFiles, memoryFolders } from './platform/secret-files.ts';
import { removePid, writePid } from './platform/control-process.ts';
import { openInstallation, type Installation } from './platform/installation.ts';
import { closeAll, untilAborted } from './platform/close-all.ts';
import { createBuildContexts } from './platform/contexts/create-build-contexts.ts';
import { listenPrivately } from './platform/listen-privately.ts';
import { listen } from './platform/listen.ts';
import { createParts } from './platform/observe-parts.ts';
import { createIdentityProvider } from './platform/people/create-identity-provider.ts';
import { createSecrets } from './platform/people/create-secrets.ts';
import { ensureParts } from './platform/parts/ensure-parts.ts';
import { partUrl } from './platform/parts/part-settings.ts';
import { requireFreePorts } from './platform/port-use.ts';
import type { Report } from './platform/progress.ts';
import { offerSetupToken, withSetupFile } from './platform/setup-token.ts';
import { createWorkFiles } from './platform/work-files.ts';
import { createPolicyWorkbench } from './policy/opa/create-policy-workbench.ts';
import { createOpaPolicyEngine } from './policy/opa/create-opa-policy-engine.ts';
import { createAuthority } from './proxy/authority/create-authority.ts';
import { createPortableRouter } from './proxy/traefik/render-portable-router.ts';
import { createTraefikProxy } from './proxy/traefik/create-traefik-proxy.ts';
import type { EngineClient } from './runtime/docker/client/engine-client.ts';
import { createDockerRuntime } from './runtime/docker/docker-runtime.ts';
import { createSandbox } from './runtime/docker/sandbox.ts';
import { createTrivyDatabase } from './scan/trivy/create-trivy-database.ts';
import { createTrivyScanner } from './scan/trivy/create-trivy-scanner.ts';
import { acquireLease } from './store/lease.ts';
import { readLabs } from './store/read-labs.ts';
import { openStore } from './store/open-store.ts';
import { wireNotifier } from './wire-notify.ts';
import {
  createLog,
  isPlatformPeer,
  lockPlatform,
  openClient,
  partImages,
  preparePlatform,
  readRecipes,
  root,
  systemClock,
  version,
  type PlatformFiles,
} from './wire.ts';

/** The control plane: takes the lease, opens the store, makes sure of the parts, starts the loops and both listeners. Ends with `signal`, within ten seconds. */
export async function serve(config: Config, signal: AbortSignal): Promise<{ stopped: true }> {
  const log = createLog(config.logLevel);
  const code = { version, build: readCodeIdentity(root) };
  const installation = openInstallation(config.dataFolder);
  const secrets = createSecrets(installation, config.tokenSecret);
  const lease = acquireLease({ path: join(config.dataFolder, 'lease.db'), waitMs: 2_000 });
  writePid(config.dataFolder);
  const secretKeys = openSecretKeys(config.dataFolder, config.secretKey);
  const store = withSetupFile(
    openStore({ path: join(config.dataFolder, 'crane.db'), log, keys: secretKeys.keys }),
    {
      dataFolder: config.dataFolder,
      key: setupTokenKey,
    },
  );
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const token = offerSetupToken({
      dataFolder: config.dataFolder,
      settings: store.settings,
      hasUsers: store.users.count() > 0,
      key: setupTokenKey,
      ...secrets,
    });
    // On a person's terminal only: a log keeps what it was told.
    if (token !== null && process.stderr.isTTY)
      process.stderr.write(
        `One-time setup token of the first admin: ${token}\nIn a browser: http://127.0.0.1:${config.apiPort}/#setup=${token}\n`,
      );
    const client = await openClient(config);
    const recipes = await readRecipes();
    const platform = await bringPartsUp({ config, client, installation, log, signal });
    const { layout, folders, policies } = platform;
    for (const text of policies.texts) store.policies.keepText(text, systemClock.now());
    const runtime = createDockerRuntime({ client, installation: installation.id });
    const parts = createParts({
      client,
      layout,
      images: partImages(recipes),
      routerPort: config.routerPort,
      clock: systemClock,
    });
    const policy = createOpaPolicyEngine({ url: partUrl(layout, 'opa'), ...policies.engine });
    await refuseLockout({ policy, log }, signal);
    const contexts = createBuildContexts(join(config.dataFolder, 'contexts'), {
      maxBytes: config.build.contextBytes,
      maxEntries: 100_000,
      maxTotalBytes: config.build.contextBytes * 4,
    });
    const host = createHostFacts(config);
    const secretFiles = createSecretFiles({
      folders: memoryFolders(client.where),
      installation: installation.id,
    });
    const certificates = createAuthority({ folder: join(config.dataFolder, 'ca'), clock: systemClock });
    const control = startControl({
      store,
      runtime,
      proxy: createTraefikProxy({
        directory: folders.routes,
        internalUrl: partUrl(layout, 'traefik'),
        clock: systemClock,
        secure: { certificates, port: config.tlsPort },
      }),
      certificates,
      metrics: createPrometheusMetrics({ url: partUrl(layout, 'prometheus') }),
      rules: createPrometheusRules({ directory: folders.rules, url: partUrl(layout, 'prometheus') }),
      policy,
      host,
      secretFiles,
      scanner: createTrivyScanner({
        sandbox: createSandbox({ client, installation: installation.id }),
        image: recipes.trivy.localTag,
        workDirectory: folders.scans,
        databaseDirectory: folders.database,
      }),
      loads: createLoadGenerator({ clock: systemClock }),
      parts,
      probe: networkProbe,
      workFiles: createWorkFiles(folders.work, config.isRemovingTempFiles),
      contexts,
      clock: systemClock,
      log,
      newId: secrets.newId,
      crashPoint: createCrashPoint(
        config.crashAt,
        () => process.kill(process.pid, 'SIGKILL'),
        (file) => readFileSync(file, 'utf8'),
      ),
      settings: controlSettings(config, `http://${layout.gateway}:${config.wakePort}`),
    });
    closers.push(() => control.stop());
    const webhooks = deliverWebhooks({
      store,
      clock: systemClock,
      log,
      send: createWebhookSender(),
      sign: (id, seconds, body) => signBody(webhookSecret(secrets, id), seconds, body),
      random: Math.random,
    });
    const telling = wireNotifier({ ...config, ...secrets, store, log, installation, layout });
    closers.push(
      () => webhooks.stop(),
      () => telling.notifier.stop(),
    );
    const deps: ActionDeps = {
      store,
      clock: systemClock,
      runtime,
      certificates,
      contexts,
      parts,
      observed: control.observed,
      scrape: createNetworkScrape(),
      policy,
      host,
      secretFiles,
      scanDatabase: createTrivyDatabase(folders.database),
      wakeAudit: control.wakeAudit,
      rotateSecretKey: secretKeys.isGiven
        ? null
        : () => rotateSecretKeys(config.dataFolder, (keys) => store.reseal(keys)),
      policyWorkbench: createPolicyWorkbench({
        sandbox: createSandbox({ client, installation: installation.id }),
        image: recipes.opa.localTag,
        policies: join(root, 'policies'),
        workDirectory: join(config.dataFolder, 'drafts'),
      }),
      ruleWorkbench: createRuleWorkbench({ url: partUrl(layout, 'prometheus') }),
      rulesChanged: control.rulesChanged,
      recordings: createPrometheusRecordings({ url: partUrl(layout, 'prometheus') }),
      history: createPrometheusHistory({ url: partUrl(layout, 'prometheus') }),
      labs: await readLabs(join(root, 'labs')),
      portableRouter: createPortableRouter({
        image: recipes.traefik.officialReference ?? recipes.traefik.localTag,
      }),
      ...secrets,
      identityProvider: config.oidc === null ? null : createIdentityProvider(config.oidc),
      nudge: control.nudge,
      wakeWebhooks: webhooks.wake,
      ...telling,
      wakeAlerts: control.wakeAlerts,
      operations: control.operations,
      oneOffs: control.oneOffs,
      settings: {
        prefix: config.prefix,
        routerPort: config.routerPort,
        tlsPort: config.tlsPort,
        maxLoadRate: config.maxLoadRate,
        maxLoadMs: 900_000,
      },
    };
    const internal = createInternalListener({
      deps,
      log,
      credential: installation.credential,
      address: `${layout.gateway}:${config.internalPort}`,
      isAllowedPeer: isPlatformPeer(layout),
    });
    const waking = createWakeListener({
      waker: control.waker,
      log,
      isAllowedPeer: isPlatformPeer(layout),
    });
    const api = createApi({ deps, log, ...code, isReady: control.isReady, pages: pagesFolder(root) });
    closers.push(
      () => api.close(),
      () => internal.close(),
      () => waking.close(),
    );
    await listen(internal, layout.gateway, config.internalPort, 'CRANE_INTERNAL_PORT');
    await listen(waking, layout.gateway, config.wakePort, 'CRANE_WAKE_PORT');
    await listen(api, '127.0.0.1', config.apiPort, 'CRANE_API_PORT');
    const ownerSocket = join(config.dataFolder, 'break-glass.sock');
    await listenPrivately(api.ownerServer, ownerSocket).catch((error: unknown) => {
      log.warn({ error }, 'there is no socket for who owns the machine');
    });
    log.info(
      { api: `http://127.0.0.1:${config.apiPort}`, internal: layout.internalUrl },
      'control plane is up',
    );
    await untilAborted(signal);
    log.info({}, 'control plane is stopping');
    return { stopped: true };
  } finally {
    await closeAll(closers, log);
    store.close();
    removePid(config.dataFolder);
    lease.release();
  }
}

/** Also after a person's `crane up`: a part may have gone since, and this process needs them all. */
async function bringPartsUp({
  config,
  client,
  installation,
  log,
  signal,
}: {
  config: Config;
  client: EngineClient;
  installation: Installation;
  log: Log;
  signal: AbortSignal;
}): Promise<PlatformFiles> {
  const report: Report = ({ step, text }) => log.info({ step }, text);
  const lock = await lockPlatform(config, { report, signal, patienceMs: 60_000 });
  try {
    // This process holds the lease: whoever listens on the API's port is no control plane of this folder.
    const isControlAllowed = false;
    await requireFreePorts({ client, ...config, installation: installation.id, isControlAllowed, signal });
    const platform = await preparePlatform(config, installation);
    const { layout, specs } = platform;
    await ensureParts({ client, layout, installation: installation.id, specs, report, signal });
    return platform;
  } finally {
    lock.release();
  }
}
