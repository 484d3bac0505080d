import type { TestContext } from 'node:test';
import type { ActionDeps, Actor } from '../../src/actions/action-deps.ts';
import { deleteApp } from '../../src/actions/delete-app.ts';
import { deployApp, type DeployInput } from '../../src/actions/deploy-app.ts';
import { abortCanary, promoteCanary, weighCanary } from '../../src/actions/canary-app.ts';
import { pauseDeployment, resumeDeployment } from '../../src/actions/pause-deployment.ts';
import { receiveAlerts } from '../../src/actions/receive-alerts.ts';
import { renameApp } from '../../src/actions/rename-app.ts';
import { restartApp } from '../../src/actions/restart-app.ts';
import { rollBackApp } from '../../src/actions/roll-back-app.ts';
import { scaleService } from '../../src/actions/scale-service.ts';
import { startApp } from '../../src/actions/start-app.ts';
import { stopApp } from '../../src/actions/stop-app.ts';
import type { ControlSettings } from '../../src/control/control-deps.ts';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { App } from '../../src/core/app/app.ts';
import type { Decision } from '../../src/core/decision/decision.ts';
import type { FeedEvent } from '../../src/core/operation/feed.ts';
import type { Operation } from '../../src/core/operation/operation.ts';
import type { SignalName } from '../../src/core/signal/signal.ts';
import type { MemoryContainer } from '../../src/runtime/memory/memory-engine.ts';
import { someAlert } from './core-values.ts';
import { createWorld, type World } from './control.ts';

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
  rename(to: string): Promise<Operation>;
  remove(volumes?: string[]): Promise<Operation>;
  /** A release tried with so many of 100 requests. */
  canary(services: Record<string, TestService>, weight: number, more?: { top?: object }): Promise<Operation>;
  weigh(weight: number): Promise<Operation>;
  promote(): Promise<Operation>;
  abort(): Promise<Operation>;
  resume(): Promise<Operation>;
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
    rename: (to) => done(queue.rename(to)),
    remove: (volumes) => done(queue.remove(volumes)),
    canary: (services, weight, more) => done(queue.canary(services, weight, more)),
    weigh: (weight) => done(queue.weigh(weight)),
    promote: () => done(queue.promote()),
    abort: () => done(queue.abort()),
    resume: () => done(queue.resume()),
  };
}

export type Queue = { [K in keyof Hands]: (...given: Parameters<Hands[K]>) => Operation };

/** The same, without waiting: what an accepted request leaves behind. */
export function queueOf(world: World, name = 'shop'): Queue {
  const ask = (run: (deps: ActionDeps, actor: Actor) => { operation: Operation }): Operation =>
    run(world.actions(), world.ada).operation;
  // One that is not there has a number that none has: its name may be another's by now.
  const app = (): string => theApp(world, name)?.uniqueName ?? '999999';
  const queue: Queue = {
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
    rename: (to) => ask((deps, actor) => renameApp(deps, actor, { app: app(), name: to })),
    remove: (volumes = []) => ask((deps, actor) => deleteApp(deps, actor, { app: app(), volumes })),
    canary: (services, weight, more = {}) => queue.deploy(services, { ...more, canary: weight }),
    weigh: (weight) => ask((deps, actor) => weighCanary(deps, actor, { app: app(), weight })),
    promote: () => ask((deps, actor) => promoteCanary(deps, actor, { app: app() })),
    abort: () => ask((deps, actor) => abortCanary(deps, actor, { app: app() })),
    resume: () => ask((deps, actor) => resumeDeployment(deps, actor, { app: app() })),
  };
  return queue;
}

/** The deployment of an app under way stops before its next step. Throws when there is none. */
export function pause(world: World, name = 'shop'): void {
  pauseDeployment(world.actions(), world.ada, { app: theApp(world, name)?.uniqueName ?? '999999' });
}

/** The app that was made under this name, whatever it is called now. */
export function theApp(world: World, name = 'shop'): App | null {
  const apps = world.store.apps.list({ kind: 'all' });
  return apps.find(({ engineName }) => engineName.replace(/-\d+$/, '') === name) ?? null;
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
  const app = theApp(world)?.engineName ?? '';
  world.metrics.set({ app, service, name, value, at: Number.MAX_SAFE_INTEGER });
}

/** Sends an alert as Alertmanager's webhook does. */
export function alertFrom(world: World, change: Partial<Alert> = {}): void {
  alertFor(world, theApp(world)?.uniqueName ?? 'shop-1', change);
}

export function alertFor(world: World, app: string, change: Partial<Alert> = {}): void {
  const labels = { app, service: 'web', signal: 'requestsPerSecond' };
  receiveAlerts(world.actions(), [someAlert({ labels, ...change })]);
}

/** A world that runs, and ends with the test. */
export async function startedWorld(
  test: TestContext,
  settings: Partial<ControlSettings> = {},
): Promise<World & { hands: ReturnType<typeof handsOf> }> {
  const world = createWorld(settings);
  test.after(() => world.close());
  await world.start();
  return { ...world, hands: handsOf(world) };
}

/** What happens to containers and routes from now on, in order: `at` is the monotonic clock. */
export function recordTimeline(world: World): { at: number; what: string }[] {
  const timeline: { at: number; what: string }[] = [];
  const note = (what: string): void => void timeline.push({ at: world.clock.monotonic(), what });
  world.runtime.engine.listeners.add((told) => {
    if (told === null || told.container.labels['crane.app'] === undefined) return;
    if (['started', 'died', 'removed'].includes(told.event.kind))
      note(`${told.event.kind} ${labelOf(told.container)}`);
  });
  world.router.onPublish = (_app, before, now) => {
    const [was, is] = [before, now].map((backends) => [...backends.keys()].sort().join(' '));
    if (was !== is) note(`routed ${is}`.trim());
  };
  return timeline;
}
