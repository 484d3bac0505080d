import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Config } from './config.ts';
import { CraneError } from './core/error/crane-error.ts';
import { parseCidr } from './core/network/subnets.ts';
import type { Clock } from './core/port/clock.ts';
import type { Log } from './core/port/log.ts';
import {
  renderAlertmanagerArguments,
  renderAlertmanagerConfig,
} from './observe/alertmanager/render-config.ts';
import { renderPrometheusArguments } from './observe/prometheus/render-arguments.ts';
import { renderPrometheusConfig } from './observe/prometheus/render-config.ts';
import { findRoot } from './platform/find-root.ts';
import { readRecipe, type ImageRecipe } from './platform/images/image-recipe.ts';
import type { Installation } from './platform/installation.ts';
import { layOutPlatform, type PartContainer, type PlatformLayout } from './platform/parts/part-settings.ts';
import type { PartSpec } from './platform/parts/render-part.ts';
import type { Report } from './platform/progress.ts';
import { waitFor } from './platform/wait-for.ts';
import { makePrivateFolder, makeSharedFolder, writeFiles, type PartFile } from './platform/write-files.ts';
import { renderOpaArguments } from './policy/opa/render-bundle.ts';
import { renderTraefikStatic } from './proxy/traefik/render-static.ts';
import { openEngineClient } from './runtime/docker/client/open-engine-client.ts';
import type { EngineClient } from './runtime/docker/client/engine-client.ts';
import { readShippedPolicies, type ShippedPolicies } from './policy/opa/read-shipped-policies.ts';
import { acquireLease, type Lease } from './store/lease.ts';

/** The checkout this code runs from. */
export const root = findRoot(import.meta.dirname);

/** Of this product. */
export const version = '0.1.0';

export const recipeNames = ['opa', 'alertmanager', 'prometheus', 'traefik', 'trivy'] as const;
export type RecipeName = (typeof recipeNames)[number];
export const recipeFolders = [
  ...recipeNames.map((name) => join(root, 'images', name)),
  join(root, 'examples/whoami'),
];

export async function readRecipes(): Promise<Record<RecipeName | 'whoami', ImageRecipe>> {
  const [opa, alertmanager, prometheus, traefik, trivy, whoami] = await Promise.all(
    recipeFolders.map((folder) => readRecipe(folder)),
  );
  if (
    opa === undefined ||
    alertmanager === undefined ||
    prometheus === undefined ||
    traefik === undefined ||
    trivy === undefined ||
    whoami === undefined
  )
    throw new Error('a recipe is missing');
  return { opa, alertmanager, prometheus, traefik, trivy, whoami };
}

/** Tag and version of each part that Crane ships. */
export function partImages(
  recipes: Awaited<ReturnType<typeof readRecipes>>,
): Record<RecipeName, { tag: string; version: string }> {
  const of = ({ localTag, version }: ImageRecipe): { tag: string; version: string } => ({
    tag: localTag,
    version,
  });
  return {
    traefik: of(recipes.traefik),
    prometheus: of(recipes.prometheus),
    alertmanager: of(recipes.alertmanager),
    opa: of(recipes.opa),
    trivy: of(recipes.trivy),
  };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
    }),
};

export function createLog(level: Config['logLevel']): Log {
  const logger = pino(
    {
      level,
      redact: {
        paths: ['token', 'secret', 'credential', 'authorization', '*.token', '*.authorization'],
        censor: '[hidden]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
  };
}

export function openClient(config: Config): Promise<EngineClient> {
  return openEngineClient(config.docker);
}

/**
 * Keeps two commands from bringing one data folder's platform up or down at the same time: the second waits, at most
 * `patienceMs`. The operating system ends the lock when its process dies. Throws `lease.held`.
 */
export async function lockPlatform(
  { dataFolder }: Config,
  { report, signal, patienceMs }: { report: Report; signal: AbortSignal; patienceMs: number },
): Promise<Lease> {
  const path = join(dataFolder, 'platform.lock');
  let hasTold = false;
  const lease = await waitFor(
    async () => {
      try {
        return acquireLease({ path });
      } catch (error) {
        if (!(error instanceof CraneError) || error.code !== 'lease.held') throw error;
        if (!hasTold)
          report({ step: 'platform', state: 'started', text: 'waiting for another crane command to end' });
        hasTold = true;
        return null;
      }
    },
    { timeoutMs: patienceMs, everyMs: 100, signal },
  );
  if (lease === null)
    throw new CraneError('lease.held', {
      message: 'Another crane command is bringing this platform up or down.',
      fix: 'Wait until it has ended, or stop it.',
    });
  if (hasTold) report({ step: 'platform', state: 'done', text: 'the other command has ended' });
  return lease;
}

export type PlatformFiles = {
  layout: PlatformLayout;
  specs: PartSpec[];
  policies: ShippedPolicies;
  folders: { routes: string; rules: string; work: string; scans: string; database: string };
};

/** Renders and writes what the parts read, and says what their containers are made of. */
export async function preparePlatform(config: Config, installation: Installation): Promise<PlatformFiles> {
  const layout = layOutPlatform(config);
  const recipes = await readRecipes();
  const parts = join(config.dataFolder, 'parts');
  makePrivateFolder(parts);
  const folders = {
    routes: join(parts, 'traefik/dynamic'),
    rules: join(parts, 'prometheus/rules'),
    work: join(config.dataFolder, 'work'),
    scans: join(config.dataFolder, 'scans'),
    database: join(config.dataFolder, 'trivy'),
  };
  for (const folder of [
    'traefik',
    'traefik/dynamic',
    'prometheus',
    'prometheus/rules',
    'alertmanager',
    'opa',
  ])
    makeSharedFolder(join(parts, folder));
  const policies = await readShippedPolicies(
    join(root, 'policies'),
    createHmac('sha256', installation.credential).update('policies').digest('base64url'),
  );
  const files = renderFiles(config, layout, installation);
  const all: Record<PartContainer, PartFile[]> = {
    ...files,
    opa: policies.files,
  };
  for (const [part, list] of Object.entries(all)) writeFiles(join(parts, part), list);
  const at = (part: PartContainer): string => `${layout.addresses[part]}:${layout.ports[part]}`;
  const spec = (
    part: PartContainer,
    rest: Pick<PartSpec, 'arguments' | 'mounts' | 'volume' | 'memoryBytes' | 'publish' | 'health'>,
  ): PartSpec => ({
    part,
    image: recipes[part].localTag,
    user: recipes[part].run.user,
    entrypoint: recipes[part].run.entrypoint,
    configuration: all[part].map((file) => file.text),
    ...rest,
  });
  const MiB = 1024 ** 2;
  return {
    layout,
    policies,
    folders,
    specs: [
      spec('opa', {
        arguments: renderOpaArguments({ listenAddress: at('opa') }),
        mounts: [{ source: join(parts, 'opa'), target: '/policies' }],
        volume: null,
        memoryBytes: 256 * MiB,
        publish: [],
        health: { path: '/health' },
      }),
      spec('alertmanager', {
        arguments: renderAlertmanagerArguments({ listenAddress: at('alertmanager') }),
        mounts: [{ source: join(parts, 'alertmanager'), target: '/etc/alertmanager' }],
        volume: { name: `${config.prefix}-alertmanager`, target: '/alertmanager' },
        memoryBytes: 256 * MiB,
        publish: [],
        health: { path: '/-/ready' },
      }),
      spec('prometheus', {
        arguments: renderPrometheusArguments({ listenAddress: at('prometheus') }),
        mounts: [{ source: join(parts, 'prometheus'), target: '/etc/prometheus' }],
        volume: { name: `${config.prefix}-prometheus`, target: '/prometheus' },
        memoryBytes: 1024 * MiB,
        publish: [],
        health: { path: '/-/ready' },
      }),
      spec('traefik', {
        arguments: ['--configFile=/etc/traefik/traefik.yml'],
        mounts: [{ source: join(parts, 'traefik'), target: '/etc/traefik' }],
        volume: null,
        memoryBytes: 512 * MiB,
        publish: [
          { port: 8080, hostPort: config.routerPort, variable: 'CRANE_ROUTER_PORT' },
          { port: 8443, hostPort: config.tlsPort, variable: 'CRANE_TLS_PORT' },
        ],
        health: { path: '/ping' },
      }),
    ],
  };
}

function renderFiles(
  config: Config,
  layout: PlatformLayout,
  installation: Installation,
): Record<Exclude<PartContainer, 'opa'>, PartFile[]> {
  const at = (part: PartContainer): string => `${layout.addresses[part]}:${layout.ports[part]}`;
  const credential = { path: 'credential', text: installation.credential };
  return {
    traefik: [{ path: 'traefik.yml', text: renderTraefikStatic({ internalAddress: at('traefik') }) }],
    prometheus: [
      credential,
      {
        path: 'prometheus.yml',
        text: renderPrometheusConfig({
          routerTarget: at('traefik'),
          craneTarget: `${layout.gateway}:${config.internalPort}`,
          discoveryUrl: `${layout.internalUrl}/internal/discovery`,
          alertmanagerTarget: at('alertmanager'),
          scrapeMs: config.scrapeMs,
          evaluationMs: config.scrapeMs,
        }),
      },
    ],
    alertmanager: [
      credential,
      {
        path: 'alertmanager.yml',
        text: renderAlertmanagerConfig({ webhookUrl: `${layout.internalUrl}/internal/alerts` }),
      },
    ],
  };
}

/** Whether an address lies in the platform network. */
export function isPlatformPeer(layout: PlatformLayout): (address: string) => boolean {
  const block = parseCidr(layout.subnet);
  return (address) => {
    const point = parseCidr(`${address}/32`);
    return (
      block !== null &&
      point !== null &&
      point.start >= block.start &&
      point.start < block.start + 2 ** (32 - block.length)
    );
  };
}
