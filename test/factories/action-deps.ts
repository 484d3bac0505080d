import type { Lab } from '../../src/core/lab/lab.ts';
import { noSecretFiles } from './secret-files.ts';
import { createMemoryPolicyWorkbench } from '../../src/policy/memory/create-memory-policy-workbench.ts';
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ActionDeps } from '../../src/actions/action-deps.ts';
import type { BuildContexts } from '../../src/core/port/build-contexts.ts';
import type { MetricsHistory } from '../../src/core/port/metrics-history.ts';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { IdentityProvider } from '../../src/core/port/identity-provider.ts';
import { encodeBase32 } from '../../src/core/people/totp.ts';
import type { HostFacts } from '../../src/core/port/host-facts.ts';
import type { InstanceView } from '../../src/core/port/observed.ts';
import type { PartStatus } from '../../src/core/port/parts.ts';
import type { LocalImage, LogLine, Runtime } from '../../src/core/port/runtime.ts';
import type { ScrapeRequest, ScrapeResult } from '../../src/core/port/scrape.ts';
import { createMemoryRuleWorkbench } from '../../src/observe/memory/create-memory-metrics.ts';
import { createMemoryHistory } from '../../src/observe/memory/create-memory-history.ts';
import type { Store } from '../../src/core/port/store.ts';
import type { ObservedInstance } from '../../src/core/service/instance.ts';
import { createPortableRouter } from '../../src/proxy/traefik/render-portable-router.ts';
import { createMemoryCertificates } from '../../src/proxy/memory/create-memory-certificates.ts';
import type { AppUsage } from '../../src/core/usage/usage.ts';
import { createVault } from '../../src/store/vault.ts';
import { createMemoryContexts } from './memory-contexts.ts';
import { createAccessTokens } from '../../src/platform/people/access-tokens.ts';
import { createPasswords } from '../../src/platform/people/passwords.ts';
import {
  createMemoryPolicyEngine,
  type MemoryPolicyEngine,
} from '../../src/policy/memory/create-memory-policy-engine.ts';

const accessTable = z.object({
  actions: z.record(z.string(), z.string()),
  grants: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.array(z.string())))),
});

/** The table of the shipped access policy. */
export function readAccessTable(): z.infer<typeof accessTable> {
  const path = join(import.meta.dirname, '../../policies/access/data.json');
  return accessTable.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Signs the access tokens of tests. */
export const testTokenSecret = 'Nn0f1cL1Zq7uXw3Vb8Yt5Rk2Pj6Hd9Gs';

/** What the world around the actions looks like, and what they asked of it. */
export type FakeWorld = {
  now: number;
  instances: InstanceView[];
  observed: ObservedInstance[];
  usage: AppUsage;
  attended: number[];
  /** What was scraped, and what each scrape gives. */
  scraped: ScrapeRequest[];
  scrape: ScrapeResult;
  history: MetricsHistory;
  policy: MemoryPolicyEngine;
  identityProvider: IdentityProvider | null;
  /** The machine that admission looks at. */
  host: HostFacts;
  /** What was recorded of every signal. */
  recorded: { at: number; value: number | null }[];
  lines: LogLine[];
  parts: PartStatus[];
  labs: Lab[];
  images: LocalImage[];
  nudged: number[];
  cancelled: string[];
  /** Targets that were sent a test, and what comes of it. */
  tested: string[];
  testError: string | null;
  /** Receivers of Alertmanager, and what it says instead of taking them. */
  relayed: { name: string; secret: string }[];
  relayError: CraneError | null;
  wakes: { operations: number; alerts: number; rules: number };
  /** Calls of the runtime that this test has; others are mistakes. */
  runtime: Partial<Runtime>;
  /** What the runtime throws instead of answering. */
  fails: Error | null;
  /** Where build contexts are kept; null = in memory, unread. */
  contexts: BuildContexts | null;
};

export function fakeWorld(change: Partial<FakeWorld> = {}): FakeWorld {
  return {
    now: 1_700_000_000_000,
    instances: [],
    observed: [],
    usage: { instances: [], services: [] },
    attended: [],
    scraped: [],
    scrape: { kind: 'failed', reason: 'nothing listens' },
    history: createMemoryHistory(),
    policy: createMemoryPolicyEngine({ access: readAccessTable() }),
    identityProvider: null,
    host: { realPath: async () => null, sockets: [], ports: [] },
    recorded: [],
    lines: [],
    parts: [],
    labs: [],
    images: [],
    nudged: [],
    cancelled: [],
    tested: [],
    testError: null,
    relayed: [],
    relayError: null,
    wakes: { operations: 0, alerts: 0, rules: 0 },
    runtime: {},
    fails: null,
    contexts: null,
    ...change,
  };
}

/** Dependencies of actions on a real store; nothing carries operations out. */
export function fakeActionDeps(store: Store, world: FakeWorld = fakeWorld()): ActionDeps {
  const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
  return {
    store,
    clock: {
      now: () => world.now,
      monotonic: () => performance.now(),
      wait: async (ms, signal) => waitOr(ms, signal),
    },
    runtime: fakeRuntime(world),
    contexts: world.contexts ?? createMemoryContexts(() => world.now),
    parts: { observe: async () => world.parts },
    observed: {
      app: () => ({ state: 'running', reason: null, instances: world.instances, seenAt: world.now }),
      instances: () => world.observed,
      instance: (id) => world.observed.find((item) => item.id === id) ?? null,
      usage: () => world.usage,
      attendUsage: (appId) => world.attended.push(appId),
      signals: () => [],
    },
    policy: world.policy,
    wakeAudit: () => undefined,
    rotateSecretKey: () => ({ resealed: 0 }),
    scanDatabase: {
      status: async () => null,
      import: async () => {
        throw new Error('there is none to import here');
      },
    },
    host: world.host,
    secretFiles: noSecretFiles,
    policyWorkbench: createMemoryPolicyWorkbench(),
    ruleWorkbench: createMemoryRuleWorkbench(),
    rulesChanged: () => {
      world.wakes.rules += 1;
    },
    recordings: { readSeries: async ({ names }) => names.map((name) => ({ name, points: world.recorded })) },
    scrape: async (request) => {
      world.scraped.push(request);
      return world.scrape;
    },
    history: world.history,
    portableRouter: createPortableRouter({ image: 'traefik:v3' }),
    labs: world.labs,
    newId: (prefix) => `${prefix}-${randomUUID()}`,
    newSecret: () => {
      const secret = randomBytes(32).toString('base64url');
      return { secret, hash: hashSecret(secret) };
    },
    hashSecret,
    identityProvider: world.identityProvider,
    newTotpSecret: () => encodeBase32(randomBytes(20)),
    hmacSha1: (key, counter) => createHmac('sha1', key).update(counter).digest(),
    passwords: createPasswords({ memory: 64, passes: 1, parallelism: 1 }),
    accessTokens: createAccessTokens({ secret: testTokenSecret, issuer: 'crane:test' }),
    deriveSecret: (name) => createHmac('sha256', 'test').update(name).digest('base64url'),
    nudge: (appId) => world.nudged.push(appId),
    wakeWebhooks: () => undefined,
    notifier: {
      wake: () => undefined,
      test: async (target) => {
        world.tested.push(target.name);
        return { error: world.testError, isFinal: false, tookMs: 7 };
      },
    },
    relay: {
      sync: async (targets) => {
        if (world.relayError !== null) throw world.relayError;
        world.relayed = targets.map(({ target, secret }) => ({ name: target.name, secret }));
      },
      post: async () => ({ error: null, isFinal: false, tookMs: 1 }),
    },
    vault: createVault('test'),
    wakeAlerts: () => {
      world.wakes.alerts += 1;
    },
    operations: {
      wake: () => {
        world.wakes.operations += 1;
      },
      cancel: (id) => {
        world.cancelled.push(id);
      },
    },
    oneOffs: { begin: () => () => undefined },
    certificates: createMemoryCertificates(),
    settings: { prefix: 'crane', routerPort: 8080, tlsPort: 8443, maxLoadRate: 1_000, maxLoadMs: 60_000 },
  };
}

async function waitOr(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Knows logs and instances; anything else is a mistake of the test. */
function fakeRuntime(world: FakeWorld): Runtime {
  const never = async (): Promise<never> => {
    throw new Error('this test has no runtime');
  };
  return {
    info: never,
    observeInstances: async (app) => {
      if (world.fails !== null) throw world.fails;
      return world.observed.filter((item) => app === null || item.app === app);
    },
    observeOneOffs: never,
    observeNetworks: never,
    ensureNetwork: never,
    removeNetwork: never,
    removeIdleNetwork: never,
    attach: never,
    detach: never,
    ensureVolume: never,
    removeVolume: never,
    resolveImage: async ({ ref }) => {
      throw new CraneError('image.not_found', `The image ${ref} is not here.`);
    },
    imageFacts: async (id) => {
      throw new CraneError('image.not_found', `The image ${id} is not here.`);
    },
    saveImage: async function* () {
      yield await never();
    },
    buildImage: async function* () {
      yield await never();
    },
    listImages: async () => world.images,
    nameImage: never,
    removeImageName: never,
    findForeign: never,
    createInstance: never,
    inspectCreated: never,
    putFiles: never,
    runCommand: never,
    startInstance: never,
    stopInstance: never,
    killInstance: never,
    removeInstance: never,
    exec: never,
    processes: never,
    readArchive: async function* () {
      yield await never();
    },
    writeArchive: never,
    attachSession: never,
    logs: async function* (_id, instance, request) {
      yield* world.lines.filter((line) => line.instance === instance);
      if (request.follow) await new Promise(() => undefined);
    },
    watchUsage: async function* () {
      yield await never();
    },
    countConnections: never,
    disturbInstance: never,
    watch: async function* () {
      yield await never();
    },
    ...world.runtime,
  };
}
