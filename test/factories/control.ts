import type { ActionDeps, Actor } from '../../src/actions/action-deps.ts';
import { deleteApp } from '../../src/actions/delete-app.ts';
import { deployApp, type DeployInput } from '../../src/actions/deploy-app.ts';
import { receiveAlerts } from '../../src/actions/receive-alerts.ts';
import { restartApp } from '../../src/actions/restart-app.ts';
import { rollBackApp } from '../../src/actions/roll-back-app.ts';
import { scaleService } from '../../src/actions/scale-service.ts';
import { startApp } from '../../src/actions/start-app.ts';
import { stopApp } from '../../src/actions/stop-app.ts';
import type { ControlDeps, ControlSettings } from '../../src/control/control-deps.ts';
import { startControl, type Control } from '../../src/control/start-control.ts';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { App } from '../../src/core/app/app.ts';
import type { Decision } from '../../src/core/decision/decision.ts';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { FeedEvent } from '../../src/core/operation/feed.ts';
import type { Operation } from '../../src/core/operation/operation.ts';
import type { Proxy as RouterProxy } from '../../src/core/port/proxy.ts';
import type { Store } from '../../src/core/port/store.ts';
import type { SignalName } from '../../src/core/signal/signal.ts';
import {
  createMemoryMetrics,
  createMemoryRules,
  type MemoryMetrics,
} from '../../src/observe/memory/create-memory-metrics.ts';
import {
  createMemoryPolicyEngine,
  type MemoryPolicyEngine,
} from '../../src/policy/memory/create-memory-policy-engine.ts';
import { createMemoryProxy } from '../../src/proxy/memory/create-memory-proxy.ts';
import { createMemoryRuntime, type MemoryRuntime } from '../../src/runtime/memory/memory-runtime.ts';
import type { MemoryContainer } from '../../src/runtime/memory/memory-engine.ts';
import { createMemoryScanner } from '../../src/scan/memory/create-memory-scanner.ts';
import { openStore } from '../../src/store/open-store.ts';
import { someAlert } from './core-values.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createLife, type Death, type Life } from './mortal-life.ts';

/** Times of the loops in tests: the shipped ones. */
export const testSettings: ControlSettings = {
  prefix: 'crane',
  routerPort: 8080,
  routerContainer: 'crane-traefik',
  subnetRange: '10.213.0.0/16',
  fastLoopMs: 1_000,
  slowLoopMs: 15_000,
  fullLookMs: 30_000,
  drainMs: 300,
  monitorMs: 1_000,
  deployTimeoutMs: 120_000,
  parallelEffects: 6,
};

/** The router, which a test can take away. */
export type TestRouter = {
  /** Files are written, and nobody confirms that they were taken. */
  goDown(): void;
  comeBack(): void;
  /** Labels behind an app's routes, as published. */
  backends(app: string): string[];
  /** Called after each publication with what was behind the app's routes before and is now, by label → address. */
  onPublish: ((app: string, before: Map<string, string>, now: Map<string, string>) => void) | null;
};

/** The whole control plane on a real store and models of everything else, one process life after another. */
export type World = {
  clock: FakeClock;
  store: Store;
  runtime: MemoryRuntime;
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
  /** Addresses whose process hangs: running, and no answer. */
  silent: Set<string>;
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
  const silent = new Set<string>();
  const logged: World['logged'] = [];
  const ada: Actor = { user: store.users.create({ name: 'ada', role: 'admin', at: 0 }) };
  runtime.controls.addImage({ ref: 'app:1' });
  runtime.controls.addForeignContainer(testSettings.routerContainer);
  let ids = 0;
  const newId = (prefix: string): string => `${prefix}-${String((ids += 1)).padStart(8, '0')}`;
  let current: { life: Life; control: Control } | null = null;
  const now = (): { life: Life; control: Control } => {
    if (current === null) throw new Error('this world was not started');
    return current;
  };

  const boot: World['boot'] = (death = null) => {
    if (current !== null && !current.life.isDead()) throw new Error('it is alive');
    const mortal = clock.mortal();
    const life = createLife(death, mortal.kill);
    const deps: ControlDeps = {
      store: life.store(store),
      runtime: life.adapter({ ...runtime, watchUsage: (_id, _pace, signal) => silence(signal) }),
      proxy: life.adapter(proxy),
      metrics: life.adapter(parts.metrics),
      rules: life.adapter(parts.rules),
      policy: life.adapter(parts.policy),
      scanner: life.adapter(parts.scanner),
      loads: life.adapter({ run: () => Promise.reject(new CraneError('internal', 'no loads here')) }),
      parts: { observe: async () => [] },
      probe: async ({ address }) => runtime.controls.isServing(address) && !silent.has(address),
      workFiles: life.adapter({ write: async (app) => `/work-files/${app}`, finish: async () => undefined }),
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
    controls: runtime.controls,
    ...parts,
    router,
    logged,
    ada,
    silent,
    life: () => now().life,
    control: () => now().control,
    actions: () => actionDeps({ store, clock, runtime, newId }, now().control),
    boot,
    start: async (death = null) => {
      boot(death);
      const { life, control } = now();
      await clock.until('the control plane is ready', () => control.isReady() || life.isDead());
    },
    kill: () => now().life.die(),
    close: () => {
      current?.life.die();
      store.close();
    },
  };
}

function actionDeps(
  world: Pick<ActionDeps, 'store' | 'clock' | 'runtime' | 'newId'>,
  control: Control,
): ActionDeps {
  return {
    ...world,
    parts: { observe: async () => [] },
    observed: control.observed,
    newSecret: () => ({ secret: 's', hash: 'h' }),
    hashSecret: (secret) => secret,
    nudge: control.nudge,
    wakeAlerts: control.wakeAlerts,
    operations: control.operations,
    scrape: async () => {
      throw new CraneError('internal', 'nothing is scraped here');
    },
    settings: { routerPort: 8080, maxLoadRate: 1_000, maxLoadMs: 60_000 },
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
  let isDown = false;
  const router: TestRouter = {
    goDown: () => {
      isDown = true;
    },
    comeBack: () => {
      isDown = false;
    },
    backends: (app) => [...(published.get(app)?.keys() ?? [])].sort(),
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
        const backends = routes.routes.flatMap((route) => [...route.backends]);
        const isChanged = await memory.publish(routes);
        note(routes.app, new Map(backends.map(({ instance, url }) => [instance, new URL(url).hostname])));
        return isChanged;
      },
      withdraw: async (app) => {
        await memory.withdraw(app);
        note(app, new Map());
        published.delete(app);
      },
      confirm: async () => {
        if (isDown) throw new CraneError('part.unavailable', 'The router has not taken the routes.');
      },
    },
  };
}

/** One service of a compose file, as JSON. */
export type TestService = Record<string, unknown>;

/** A routed web service that scales by requests per second, 50 for each replica. */
export function webService(change: TestService = {}): TestService {
  return {
    image: 'app:1',
    'x-crane': { route: 8000, scale: { min: 1, max: 4, target: { requestsPerSecond: 50 } } },
    ...change,
  };
}

/** What people do in a test. Each resolves when the operation is over, and gives it. */
export type Hands = {
  deploy(
    services: Record<string, TestService>,
    more?: Partial<DeployInput> & { top?: object },
  ): Promise<Operation>;
  rollback(release?: number): Promise<Operation>;
  scale(replicas: Record<string, number>): Promise<Operation>;
  stop(): Promise<Operation>;
  begin(): Promise<Operation>;
  restart(service?: string): Promise<Operation>;
  remove(volumes?: string[]): Promise<Operation>;
};

/** People's actions on the world's app `shop`. */
export function handsOf(world: World): Hands & { queue: Queue } {
  const queue = queueOf(world);
  const done = async (operation: Operation): Promise<Operation> => endOf(world, operation);
  return {
    queue,
    deploy: (services, more) => done(queue.deploy(services, more)),
    rollback: (release) => done(queue.rollback(release)),
    scale: (replicas) => done(queue.scale(replicas)),
    stop: () => done(queue.stop()),
    begin: () => done(queue.begin()),
    restart: (service) => done(queue.restart(service)),
    remove: (volumes) => done(queue.remove(volumes)),
  };
}

export type Queue = { [K in keyof Hands]: (...given: Parameters<Hands[K]>) => Operation };

/** The same, without waiting: what an accepted request leaves behind. */
export function queueOf(world: World, name = 'shop'): Queue {
  const ask = (run: (deps: ActionDeps, actor: Actor) => { operation: Operation }): Operation =>
    run(world.actions(), world.ada).operation;
  const app = (): string => theApp(world, name)?.uniqueName ?? name;
  return {
    deploy: (services, { top = {}, ...more } = {}) =>
      ask((deps, actor) => {
        const files = [{ path: 'compose.yaml', text: JSON.stringify({ name, services, ...top }) }];
        const existing = theApp(world, name);
        return deployApp(deps, actor, {
          files,
          ...(existing === null ? { name } : { app: existing.uniqueName }),
          ...more,
        });
      }),
    rollback: (release) =>
      ask((deps, actor) =>
        rollBackApp(deps, actor, { app: app(), ...(release === undefined ? {} : { release }) }),
      ),
    scale: (replicas) => ask((deps, actor) => scaleService(deps, actor, { app: app(), replicas })),
    stop: () => ask((deps, actor) => stopApp(deps, actor, { app: app() })),
    begin: () => ask((deps, actor) => startApp(deps, actor, { app: app() })),
    restart: (service) =>
      ask((deps, actor) =>
        restartApp(deps, actor, { app: app(), ...(service === undefined ? {} : { service }) }),
      ),
    remove: (volumes = []) => ask((deps, actor) => deleteApp(deps, actor, { app: app(), volumes })),
  };
}

export function theApp(world: World, name = 'shop'): App | null {
  return world.store.apps.findByName({ kind: 'all' }, name)[0] ?? null;
}

export function operationOf(world: World, id: string): Operation {
  const operation = world.store.operations.find({ kind: 'all' }, id);
  if (operation === null) throw new Error(`there is no operation ${id}`);
  return operation;
}

/** Waits until it is over. */
export async function endOf(world: World, { id, kind }: Operation, withinMs = 600_000): Promise<Operation> {
  await world.clock.until(`${kind} is over`, () => operationOf(world, id).endedAt !== null, withinMs);
  return operationOf(world, id);
}

/** Containers of the app, oldest first. */
export function containersOf(world: World, name = 'shop'): MemoryContainer[] {
  return world.controls
    .containers()
    .filter((item) => item.labels['crane.app']?.replace(/-\d+$/, '') === name);
}

/** `web-1-2 running`, sorted. */
export function statesOf(world: World, name = 'shop'): string[] {
  return containersOf(world, name)
    .map((item) => `${labelOf(item)} ${item.state}`)
    .sort();
}

export function labelOf({ labels }: MemoryContainer): string {
  return `${labels['crane.service']}-${labels['crane.release']}-${labels['crane.slot']}`;
}

/** All decisions of the app, oldest first. */
export function decisionsOf(
  world: World,
  filter: Partial<Pick<Decision, 'family' | 'service'>> = {},
): Decision[] {
  const { items } = world.store.decisions.list(
    { kind: 'all' },
    { appId: null },
    { limit: 1_000, cursor: null },
  );
  return items
    .filter((item) => filter.family === undefined || item.family === filter.family)
    .filter((item) => filter.service === undefined || item.service === filter.service)
    .toReversed();
}

/** The feed's events of these kinds, oldest first. */
export function feedOf(world: World, ...kinds: FeedEvent['kind'][]): FeedEvent[] {
  return world.store.feed
    .since({ kind: 'all' }, 0, 100_000)
    .filter((event) => kinds.length === 0 || kinds.includes(event.kind));
}

/** From now on the service measures this, as fresh as it is asked for; null = nothing. */
export function measure(world: World, name: SignalName, value: number | null, service = 'web'): void {
  const app = theApp(world)?.uniqueName ?? '';
  world.metrics.set({ app, service, name, value, at: Number.MAX_SAFE_INTEGER });
}

/** Sends an alert as Alertmanager's webhook does. */
export function alertFrom(world: World, change: Partial<Alert> = {}): void {
  const app = theApp(world)?.uniqueName ?? 'shop-1';
  const labels = { app, service: 'web', signal: 'requestsPerSecond' };
  receiveAlerts(world.actions(), [someAlert({ labels, ...change })]);
}
