import { createMemoryPolicyWorkbench } from '../../src/policy/memory/create-memory-policy-workbench.ts';
import { createMemoryHistory } from '../../src/observe/memory/create-memory-history.ts';
import type { ActionDeps, Actor } from '../../src/actions/action-deps.ts';
import type { ControlDeps, ControlSettings } from '../../src/control/control-deps.ts';
import { startControl, type Control } from '../../src/control/start-control.ts';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { BuildContexts } from '../../src/core/port/build-contexts.ts';
import type { Proxy as RouterProxy } from '../../src/core/port/proxy.ts';
import type { SecretFiles } from '../../src/core/port/secret-files.ts';
import type { Store } from '../../src/core/port/store.ts';
import {
  createMemoryMetrics,
  createMemoryRuleWorkbench,
  createMemoryRules,
  type MemoryMetrics,
} from '../../src/observe/memory/create-memory-metrics.ts';
import {
  createMemoryPolicyEngine,
  type MemoryPolicyEngine,
} from '../../src/policy/memory/create-memory-policy-engine.ts';
import { createMemoryCertificates } from '../../src/proxy/memory/create-memory-certificates.ts';
import { createMemoryProxy } from '../../src/proxy/memory/create-memory-proxy.ts';
import { createMemoryRuntime, type MemoryRuntime } from '../../src/runtime/memory/memory-runtime.ts';
import { createMemoryScanner } from '../../src/scan/memory/create-memory-scanner.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createMemoryContexts } from './memory-contexts.ts';
import { noSecretFiles } from './secret-files.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createLife, type Death, type Life } from './mortal-life.ts';

/** Times of the loops in tests: the shipped ones. */
export const testSettings: ControlSettings = {
  prefix: 'crane',
  routerPort: 8080,
  tlsPort: 8443,
  routerContainer: 'crane-traefik',
  wakerUrl: 'http://10.213.0.1:7072',
  subnetRange: '10.213.0.0/16',
  fastLoopMs: 1_000,
  slowLoopMs: 15_000,
  fullLookMs: 30_000,
  drainMs: 300,
  monitorMs: 1_000,
  keptReleases: 20,
  deployTimeoutMs: 120_000,
  build: { memoryBytes: 1024 ** 3, cpuShare: 0.5, timeoutMs: 3_600_000, builder: 'auto' },
  hasSpareNetwork: false,
  parallelEffects: 6,
};

/** The router, which a test can take away. */
export type TestRouter = {
  /** Files are written, and nobody confirms that they were taken. */
  goDown(): void;
  comeBack(): void;
  /** Labels behind an app's routes, as published. */
  backends(app: string): string[];
  /** Hosts of an app's routes, as published. */
  hosts(app: string): string[];
  /** Called after each publication with what was behind the app's routes before and is now, by label → address. */
  onPublish: ((app: string, before: Map<string, string>, now: Map<string, string>) => void) | null;
};

/** The whole control plane on a real store and models of everything else, one process life after another. */
export type World = {
  clock: FakeClock;
  store: Store;
  runtime: MemoryRuntime;
  contexts: BuildContexts;
  controls: MemoryRuntime['controls'];
  metrics: MemoryMetrics;
  policy: MemoryPolicyEngine;
  rules: ReturnType<typeof createMemoryRules>;
  router: TestRouter;
  logged: { level: string; facts: Record<string, unknown>; message: string }[];
  ada: Actor;
  life(): Life;
  control(): Control;
  actions(): ActionDeps;
  /** A new process on the same database, engine and router. Resolves when it has looked at everything. */
  start(death?: Death | null): Promise<void>;
  /** Without waiting for its first look. */
  boot(death?: Death | null): void;
  kill(): void;
  /** Paths of the machine that are links, and where they lead. */
  links: Map<string, string>;
  secretFiles: SecretFiles;
  /** Addresses whose process hangs: running, and no answer. */
  silent: Set<string>;
  /** All of them answer again, which `answersSince` remembers by address → tick. */
  wakeAll(): void;
  answersSince: ReadonlyMap<string, number>;
  /** Lives that called on and on while no time passed. */
  hotLoops(): number;
  close(): void;
};

export function createWorld(given: Partial<ControlSettings> = {}): World {
  const clock = createFakeClock();
  const store = openStore({ path: ':memory:' });
  const runtime = createMemoryRuntime({ clock });
  const { router, proxy } = createRouter();
  const parts = {
    metrics: createMemoryMetrics(),
    policy: createMemoryPolicyEngine(),
    rules: createMemoryRules(),
    scanner: createMemoryScanner(),
  };
  const contexts = createMemoryContexts(clock.now);
  const startOnce = serialiseStarts(runtime);
  const silent = new Set<string>();
  const links = new Map<string, string>();
  const secretFiles = { ...noSecretFiles };
  const answersSince = new Map<string, number>();
  const logged: World['logged'] = [];
  const ada: Actor = { user: store.users.create({ name: 'ada', role: 'admin', at: 0 }) };
  runtime.controls.addImage({ ref: 'app:1' });
  runtime.controls.addForeignContainer(testSettings.routerContainer);
  let [ids, hotLoops] = [0, 0];
  const newId = (prefix: string): string => `${prefix}-${String((ids += 1)).padStart(8, '0')}`;
  let current: { life: Life; control: Control } | null = null;
  const now = (): { life: Life; control: Control } => {
    if (current === null) throw new Error('this world was not started');
    return current;
  };

  const boot: World['boot'] = (death = null) => {
    if (current !== null && !current.life.isDead()) throw new Error('it is alive');
    const mortal = clock.mortal();
    const life = createLife(death, clock.monotonic, () => {
      mortal.kill();
      if (current?.life.wasHot() === true) hotLoops += 1;
    });
    const deps: ControlDeps = {
      store: life.store(store),
      runtime: life.adapter({
        ...runtime,
        startInstance: startOnce,
        watchUsage: (_id, _pace, signal) => silence(signal),
      }),
      proxy: life.adapter(proxy),
      certificates: createMemoryCertificates(),
      metrics: life.adapter(parts.metrics),
      rules: life.adapter(parts.rules),
      policy: life.adapter(parts.policy),
      scanner: life.adapter(parts.scanner),
      loads: life.adapter({ run: () => Promise.reject(new CraneError('internal', 'no loads here')) }),
      parts: { observe: async () => [] },
      host: { realPath: async (path) => links.get(path) ?? path, sockets: [], ports: [] },
      secretFiles,
      probe: async ({ address }) => runtime.controls.isServing(address) && !silent.has(address),
      workFiles: life.adapter({ write: async (app) => `/work-files/${app}`, finish: async () => undefined }),
      contexts: life.adapter(contexts),
      clock: mortal.clock,
      log: recordLog(logged, life),
      newId,
      crashPoint: life.crashPoint,
      settings: { ...testSettings, ...given },
    };
    current = { life, control: startControl(deps) };
  };
  return {
    clock,
    store,
    runtime,
    contexts,
    controls: runtime.controls,
    ...parts,
    router,
    logged,
    ada,
    links,
    secretFiles,
    silent,
    answersSince,
    wakeAll: () => {
      for (const address of silent) answersSince.set(address, clock.monotonic());
      silent.clear();
    },
    life: () => now().life,
    control: () => now().control,
    actions: () =>
      actionDeps({ store, clock, runtime, contexts, newId, policy: parts.policy }, now().control),
    boot,
    start: async (death = null) => {
      boot(death);
      const { life, control } = now();
      await clock.until('the control plane is ready', () => control.isReady() || life.isDead());
    },
    kill: () => now().life.die(),
    hotLoops: () => hotLoops,
    close: () => {
      current?.life.die();
      store.close();
    },
  };
}

/** An engine starts a container once, however many ask for it meanwhile. */
function serialiseStarts(runtime: MemoryRuntime): MemoryRuntime['startInstance'] {
  const starting = new Map<string, Promise<void>>();
  return (id, signal) => {
    const running = starting.get(id) ?? runtime.startInstance(id, signal).finally(() => starting.delete(id));
    starting.set(id, running);
    return running;
  };
}

function actionDeps(
  world: Pick<ActionDeps, 'store' | 'clock' | 'runtime' | 'contexts' | 'newId' | 'policy'>,
  control: Control,
): ActionDeps {
  return {
    ...world,
    certificates: createMemoryCertificates(),
    parts: { observe: async () => [] },
    wakeAudit: () => undefined,
    rotateSecretKey: () => ({ resealed: 0 }),
    scanDatabase: {
      status: async () => null,
      import: async () => {
        throw new Error('there is none to import here');
      },
    },
    host: { realPath: async () => null, sockets: [], ports: [] },
    secretFiles: noSecretFiles,
    observed: control.observed,
    wakeWebhooks: () => undefined,
    notifier: { wake: () => undefined, test: async () => ({ error: null, isFinal: false, tookMs: 0 }) },
    relay: {
      sync: async () => undefined,
      post: async () => ({ error: null, isFinal: false, tookMs: 0 }),
    },
    vault: { seal: (_name, text) => text, open: (_name, sealed) => sealed },
    deriveSecret: (name) => `secret of ${name}`,
    newSecret: () => ({ secret: 's', hash: 'h' }),
    hashSecret: (secret) => secret,
    identityProvider: null,
    newTotpSecret: () => 'A'.repeat(32),
    hmacSha1: () => new Uint8Array(20),
    passwords: { hash: async (text) => text, matches: async (text, hash) => text === hash },
    accessTokens: { issue: async () => ({ token: 't', expiresAt: 0 }), read: async () => null },
    labs: [],
    portableRouter: () => {
      throw new CraneError('internal', 'nothing is exported here');
    },
    nudge: control.nudge,
    wakeAlerts: control.wakeAlerts,
    operations: control.operations,
    history: createMemoryHistory(),
    policyWorkbench: createMemoryPolicyWorkbench(),
    ruleWorkbench: createMemoryRuleWorkbench(),
    rulesChanged: control.rulesChanged,
    recordings: { readSeries: async () => [] },
    scrape: async () => {
      throw new CraneError('internal', 'nothing is scraped here');
    },
    oneOffs: control.oneOffs,
    settings: { prefix: 'crane', routerPort: 8080, tlsPort: 8443, maxLoadRate: 1_000, maxLoadMs: 60_000 },
  };
}

function recordLog(logged: World['logged'], life: Life): ControlDeps['log'] {
  const at = (level: string) => (facts: Record<string, unknown>, message: string) => {
    if (!life.isDead()) logged.push({ level, facts, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Usage is another test's matter. */
async function* silence(signal: AbortSignal): AsyncIterable<never> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  yield* [];
}

function createRouter(): { router: TestRouter; proxy: RouterProxy } {
  const memory = createMemoryProxy();
  const published = new Map<string, Map<string, string>>();
  const hosts = new Map<string, string[]>();
  let isDown = false;
  const router: TestRouter = {
    goDown: () => {
      isDown = true;
    },
    comeBack: () => {
      isDown = false;
    },
    backends: (app) => [...(published.get(app)?.keys() ?? [])].sort(),
    hosts: (app) => hosts.get(app) ?? [],
    onPublish: null,
  };
  const note = (app: string, now: Map<string, string>): void => {
    const before = published.get(app) ?? new Map<string, string>();
    published.set(app, now);
    router.onPublish?.(app, before, now);
  };
  return {
    router,
    proxy: {
      ...memory,
      publish: async (routes) => {
        const backends = routes.routes.flatMap(({ backends: own, canary }) => [
          ...own,
          ...(canary?.backends ?? []),
        ]);
        const isChanged = await memory.publish(routes);
        hosts.set(
          routes.app,
          routes.routes.flatMap((route) => [...route.hosts]),
        );
        note(routes.app, new Map(backends.map(({ instance, url }) => [instance, new URL(url).hostname])));
        return isChanged;
      },
      withdraw: async (app) => {
        await memory.withdraw(app);
        hosts.delete(app);
        note(app, new Map());
        published.delete(app);
      },
      confirm: async () => {
        if (isDown) throw new CraneError('part.unavailable', 'The router has not taken the routes.');
      },
    },
  };
}
