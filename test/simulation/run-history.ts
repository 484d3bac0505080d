import { CraneError } from '../../src/core/error/crane-error.ts';
import type { Operation } from '../../src/core/operation/operation.ts';
import type { MemoryContainer } from '../../src/runtime/memory/memory-engine.ts';
import {
  alertFor,
  containersOf,
  operationOf,
  pause,
  queueOf,
  theApp,
  webService,
  type Queue,
  type TestService,
} from '../factories/control-hands.ts';
import { createWorld, type World } from '../factories/control.ts';
import type { WakeAnswer } from '../../src/core/port/waker.ts';
import type { Death, Life } from '../factories/mortal-life.ts';
import { auditIntents } from './audit-intents.ts';
import { isAtRest } from './is-at-rest.ts';
import { auditRestart, createAuditor, type Auditor } from './auditor.ts';
import { appNames, type AppName, type Asking, type History, type Meddling, type Step } from './step.ts';

type Asked = { step: Step; operation: Operation };
export type Play = {
  world: World;
  auditor: Auditor;
  hands: Record<AppName, Queue>;
  /** Accepted requests of each app, oldest first. */
  asked: Record<AppName, Asked[]>;
  downMs: number;
  /** Requests that came while nothing ran, each with the process that holds it. */
  held: { app: AppName; life: Life; answer: WakeAnswer | 'waits' }[];
};

/**
 * Plays one history to its end, then lets every fault end and time pass until nothing is left to do. Returns what is wrong;
 * `look` sees the world at its end.
 */
export async function runHistory(
  history: History,
  look: (world: World) => void = () => undefined,
): Promise<string[]> {
  const play = prepare(history);
  try {
    await play.world.start();
    for (const step of history.steps) {
      await happen(play, step);
      await revive(play);
    }
    await comeToRest(play);
    play.auditor.atRest();
    auditIntents(play);
    auditHeld(play);
    await auditRestart(play.world, play.auditor);
    return play.auditor.violations;
  } finally {
    look(play.world);
    play.world.close();
  }
}

function prepare({ latencyMs, startDelayMs }: History): Play {
  const world = createWorld({ hasSpareNetwork: true });
  const { controls } = world;
  controls.addImage({ ref: 'app:1', behaviour: { startDelayMs } });
  controls.addImage({ ref: 'crash:1', behaviour: { exits: { code: 1, afterMs: 300 } } });
  controls.addImage({ ref: 'refused:1', behaviour: { startError: 'exec format error' } });
  controls.addForeignContainer('crane-shop-1-web-1-1-theirs');
  controls.addForeignNetwork('theirs', '10.213.0.0/26');
  controls.addForeignVolume('theirs');
  controls.setLatency(latencyMs);
  const hands = { shop: queueOf(world, 'shop'), blog: queueOf(world, 'blog') };
  return { world, auditor: createAuditor(world), hands, asked: { shop: [], blog: [] }, downMs: 0, held: [] };
}

/** The next process, after the time the last one was away. */
async function revive(play: Play, death: Death | null = null): Promise<void> {
  const { world } = play;
  if (!world.life().isDead()) return;
  await world.clock.advance(play.downMs);
  await world.start(death);
}

async function happen(play: Play, step: Step): Promise<void> {
  if ('nth' in step) play.auditor.byHand(() => meddle(play.world, step));
  else if (isAsking(step)) ask(play, step);
  else await befall(play, step);
  await play.world.clock.settle();
}

const askings: ReadonlySet<Step['do']> = new Set<Asking['do']>([
  'deploy',
  'deploy-bad',
  'scale',
  'stop',
  'start',
  'restart',
  'rollback',
  'rename-app',
  'remove',
  'canary',
  'weigh',
  'promote',
  'abort',
]);

function isAsking(step: Step): step is Asking {
  return askings.has(step.do);
}

/** What neither a person asks of Crane nor somebody does to an instance. */
async function befall(play: Play, step: Exclude<Step, Asking | Meddling>): Promise<void> {
  const { world } = play;
  switch (step.do) {
    case 'advance':
      return world.clock.advance(step.ms);
    case 'die':
      play.downMs = step.downMs;
      return world.kill();
    case 'die-at':
      play.downMs = step.downMs;
      return world.life().dieAt(step.calls, step.when);
    case 'fault':
      return world.controls.fault(step);
    case 'engine':
      return step.isUp ? world.controls.comeBack() : world.controls.goDown();
    case 'router':
      return step.isUp ? world.router.comeBack() : world.router.goDown();
    case 'policy':
      return world.policy.fail(step.isUp ? null : 'policy.unavailable');
    case 'request':
      return send(play, step.app);
    case 'wake':
      return world.wakeAll();
    case 'jump':
      return world.clock.jump(step.ms);
    case 'load':
      return put(play, step.app, step.value, step.isTold);
    case 'cancel': {
      const newest = play.asked[step.app].at(-1)?.operation;
      return newest === undefined ? undefined : world.control().operations.cancel(newest.id);
    }
    case 'pause-roll':
      return unlessRefused(() => pause(world, step.app));
    case 'resume-roll':
      return unlessRefused(() => play.hands[step.app].resume());
    case 'wait':
      return waitForNewest(play, step.app);
  }
}

/** A person waits until the newest request is over, though not for ever. */
async function waitForNewest({ world, asked }: Play, app: AppName): Promise<void> {
  const newest = asked[app].at(-1)?.operation;
  const end = world.clock.monotonic() + 20_000;
  const isOver = (): boolean =>
    newest === undefined ||
    world.life().isDead() ||
    world.clock.monotonic() >= end ||
    operationOf(world, newest.id).endedAt !== null;
  void world.clock.wait(20_000);
  await world.clock.until('the person goes on', isOver);
}

function unlessRefused(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CraneError)) throw error;
  }
}

/** A person asks; what is refused changes nothing. */
function ask(play: Play, step: Asking): void {
  const { world, auditor, hands, asked } = play;
  const app = theApp(world, step.app);
  unlessRefused(() => {
    const operation = request(hands[step.app], step);
    asked[step.app].push({ step, operation });
    if (step.do === 'remove' && app !== null)
      for (const volume of step.volumes) auditor.mayGo.add(`crane-${app.engineName}_${volume}`);
  });
}

function request(hands: Queue, step: Asking): Operation {
  const top = { volumes: { data: {}, cache: {} }, networks: { back: {} } };
  switch (step.do) {
    case 'deploy':
      return hands.deploy(servicesOf(step), { top });
    case 'deploy-bad':
      return hands.deploy({ web: webService({ image: `${step.image}:1` }) }, { top });
    case 'scale':
      return hands.scale({ web: step.replicas });
    case 'stop':
      return hands.stop();
    case 'start':
      return hands.begin();
    case 'restart':
      return hands.restart();
    case 'rollback':
      return hands.rollback();
    case 'rename-app':
      return hands.rename(step.to);
    case 'remove':
      return hands.remove(step.volumes);
    case 'canary':
      return hands.canary(servicesOf({ ...step, max: 4 }), step.weight, { top });
    case 'weigh':
      return hands.weigh(step.weight);
    case 'promote':
      return hands.promote();
    case 'abort':
      return hands.abort();
  }
}

/**
 * Version 1 is alone, 2 has a database that it waits for on a network of their own, 3 keeps data, 4 sleeps with its database when
 * nobody asks.
 */
function servicesOf({ version, max }: { version: number; max: number }): Record<string, TestService> {
  const web = webService({
    environment: { VERSION: String(version) },
    'x-crane': { route: 8000, scale: { min: 1, max, target: { requestsPerSecond: 50 } } },
  });
  if (version === 2)
    return {
      web: { ...web, depends_on: { db: { condition: 'service_started' } }, networks: ['default', 'back'] },
      db: { image: 'app:1', restart: 'always', networks: ['back'] },
    };
  if (version === 4)
    return {
      web: {
        ...web,
        depends_on: { db: { condition: 'service_started' } },
        'x-crane': { route: 8000, scale: { min: 0, max, idle: '10s' } },
      },
      db: { image: 'app:1', restart: 'always', 'x-crane': { scale: { min: 0, idle: '5s' } } },
    };
  const volumes = ['data', 'cache'].map((source) => ({ type: 'volume', source, target: `/${source}` }));
  return { web: version === 3 ? { ...web, volumes } : web };
}

function put({ world }: Play, name: AppName, value: number, isTold: boolean): void {
  const app = theApp(world, name)?.engineName;
  if (app === undefined) return;
  const at = Number.MAX_SAFE_INTEGER;
  world.metrics.set({ app, service: 'web', name: 'requestsPerSecond', value, at });
  if (isTold) alertFor(world, app, { startsAt: world.clock.now() });
}

/** Held by the process of now: it ends with it. */
function send({ world, held }: Play, name: AppName): void {
  const app = theApp(world, name)?.uniqueName;
  if (app === undefined) return;
  const request: Play['held'][number] = { app: name, life: world.life(), answer: 'waits' };
  held.push(request);
  const target = { app, service: 'web', port: 8000 };
  world
    .control()
    .waker.wake(target, new AbortController().signal)
    .then(
      (answer) => (request.answer = answer),
      (error: unknown) => (request.answer = { kind: 'refused', reason: String(error) }),
    );
}

/** Who is held is answered, or the process that held it is gone. */
function auditHeld({ held, auditor }: Play): void {
  for (const { app, life, answer } of held)
    if (answer === 'waits' && !life.isDead())
      auditor.violations.push(`a request for ${app} was held for ever`);
}

function meddle(world: World, { do: what, app, nth }: Meddling): void {
  const found = containersOf(world, app);
  const item = found[nth % Math.max(1, found.length)];
  if (item === undefined) return;
  const { controls } = world;
  const [[network, address] = ['', '']] = item.networks;
  const does: Record<Meddling['do'], (item: MemoryContainer) => void> = {
    exit: ({ id }) => controls.exit(id, 1),
    oom: ({ id }) => controls.runOutOfMemory(id),
    'remove-by-hand': ({ id }) => controls.removeByHand(id),
    'stop-by-hand': ({ id }) => controls.stopByHand(id),
    pause: ({ id, state }) => (state === 'running' ? controls.pauseByHand(id) : undefined),
    rename: ({ id }) => controls.renameByHand(id, `mine-${id.slice(-6)}`),
    disconnect: ({ id }) => controls.disconnectByHand(id, network),
    hang: () => world.silent.add(address),
  };
  does[what](item);
}

/** Every fault ends; then time passes until nothing is left to do. The longest wait is that of a service that was given up. */
async function comeToRest(play: Play): Promise<void> {
  const { world } = play;
  world.controls.comeBack();
  world.router.comeBack();
  world.policy.fail(null);
  world.runtime.engine.faults.length = 0;
  world.wakeAll();
  for (const name of appNames) put(play, name, 5, false);
  world.life().dieAt(Infinity, 'before');
  // A call under way may still be its last one.
  await world.clock.advance(1_000);
  await revive(play);
  for (const name of appNames) unlessRefused(() => play.hands[name].resume());
  await world.clock.until('nothing is left to do', () => isAtRest(world), 900_000);
  // What is judged is the own release; a canary may stay for ever.
  for (const name of appNames) unlessRefused(() => play.hands[name].abort());
  await world.clock.until('the canaries are gone', () => isAtRest(world), 900_000);
  // Holds of the autoscaler end, and what they had held back comes.
  await world.clock.advance(130_000);
  await world.clock.until('nothing is left to do', () => isAtRest(world), 60_000);
}
