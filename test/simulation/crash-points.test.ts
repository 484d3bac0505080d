import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crashPoints, type CrashPoint } from '../../src/control/crash-point.ts';
import type { Operation } from '../../src/core/operation/operation.ts';
import {
  alertFrom,
  containersOf,
  measure,
  operationOf,
  queueOf,
  statesOf,
  theApp,
  webService,
  type TestService,
} from '../factories/control-hands.ts';
import { createWorld, type World } from '../factories/control.ts';
import type { Death } from '../factories/mortal-life.ts';
import { auditRestart, createAuditor, type Auditor } from './auditor.ts';

/** Each point is died at this many times, once for each of its first passages. */
const passages = 3;
/** The time in which what was under way comes to its end after the next start. */
const recoveryMs = 10_000;
const downMs = 2_000;

type Life = { world: World; auditor: Auditor; diedAt: number | null };

describe('a crash of the process', () => {
  let passed: ReadonlyMap<CrashPoint, number> = new Map();

  it('has a whole life of an app that passes every crash point', async () => {
    const life = await live(null);
    passed = life.world.life().passed;
    const missing = crashPoints.filter((name) => !passed.has(name));
    assert.deepEqual(missing, [], 'a crash point that no test exercises');
    life.world.close();
  });

  for (const name of crashPoints)
    it(`at ${name}: the next start carries on, nothing twice, nothing lost`, async (test) => {
      const most = Math.min(passages, passed.get(name) ?? 1);
      for (let nth = 1; nth <= most; nth += 1) {
        const life = await live({ kind: 'point', name, nth });
        assert.notEqual(life.diedAt, null, `${name}#${nth} was not passed`);
        life.world.close();
      }
      test.diagnostic(`${most} time(s)`);
    });
});

/** A seeded choice, so that a run can be repeated. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; state = (state * 1_103_515_245 + 12_345) % 2 ** 31) yield state;
}

describe('twenty crashes in one deployment', () => {
  for (const seed of [1, 2, 3])
    it(`at places chosen by ${seed}: it comes to its end, and the old release serves until then`, async () => {
      const { world, auditor } = prepare();
      await world.start();
      const hands = queueOf(world);
      const first = hands.deploy(services('one'), volumes);
      await world.clock.until('it runs', () => operationOf(world, first.id).status === 'succeeded');
      const { id } = hands.deploy(services('two'), volumes);
      for (const number of numbers(seed).take(20)) {
        world.life().dieAt(1 + (number % 12), number % 2 === 0 ? 'before' : 'after');
        await world.clock.until('it dies', () => world.life().isDead(), 120_000);
        assert.ok(world.router.backends('shop-1').length > 0);
        await world.start();
      }
      await world.clock.until('it is over', () => operationOf(world, id).endedAt !== null, recoveryMs);
      assert.equal(operationOf(world, id).status, 'succeeded');
      await world.clock.advance(2_000);
      auditor.atRest();
      assert.deepEqual(auditor.violations, []);
      world.close();
    });
});

/** Everything that can become of an app, with a death on the way. */
async function live(death: Death | null): Promise<Life> {
  const life: Life = { ...prepare(), diedAt: null };
  const { world } = life;
  await world.start(death);
  const hands = queueOf(world);
  await ask(life, () => hands.deploy(services('one'), volumes), 'succeeded');
  await ask(life, () => hands.scale({ web: 2 }), 'succeeded');
  await heal(life);
  await follow(life);
  await ask(life, () => hands.deploy(services('two'), volumes), 'succeeded');
  await ask(life, () => hands.restart(), 'succeeded');
  await ask(
    life,
    () => hands.deploy({ ...services('bad'), web: webService({ image: 'crash:1' }) }, volumes),
    'failed',
  );
  await ask(life, () => hands.rollback(1), 'succeeded');
  await ask(life, () => hands.scale({ web: 1 }), 'succeeded');
  await ask(life, () => hands.stop(), 'succeeded');
  await ask(life, () => hands.begin(), 'succeeded');
  await finish(life);
  life.auditor.mayGo.add('crane-shop-1_cache');
  await ask(life, () => hands.remove(['cache']), 'succeeded');
  await finish(life);
  assert.equal(theApp(world), null);
  return life;
}

function prepare(): Pick<Life, 'world' | 'auditor'> {
  const world = createWorld({ hasSpareNetwork: true });
  world.controls.addImage({ ref: 'app:1', behaviour: { startDelayMs: 100 } });
  world.controls.addImage({ ref: 'crash:1', behaviour: { exits: { code: 1, afterMs: 300 } } });
  world.controls.addForeignContainer('crane-shop-1-web-1-1-theirs');
  world.controls.addForeignNetwork('theirs', '10.213.0.0/26');
  world.controls.addForeignVolume('theirs');
  world.controls.setLatency(2);
  return { world, auditor: createAuditor(world) };
}

const volumes = { top: { volumes: { data: {}, cache: {} } } };

function services(name: string): Record<string, TestService> {
  const mounts = ['data', 'cache'].map((source) => ({ type: 'volume', source, target: `/${source}` }));
  return {
    web: webService({ environment: { NAME: name }, volumes: mounts }),
    db: { image: 'app:1', restart: 'always' },
  };
}

/** Until it is so; a process that dies meanwhile is followed by the next, which has little time. */
async function until(life: Life, what: string, isSo: () => boolean): Promise<void> {
  const { world } = life;
  await world.clock.until(what, () => world.life().isDead() || isSo(), 200_000);
  if (!world.life().isDead()) return;
  life.diedAt = world.clock.monotonic();
  await world.clock.advance(downMs);
  await world.start();
  await world.clock.until(`after the crash: ${what}`, isSo, recoveryMs);
}

async function ask(life: Life, request: () => Operation, status: Operation['status']): Promise<void> {
  const { id, kind } = request();
  await until(life, `${kind} is over`, () => operationOf(life.world, id).endedAt !== null);
  const end = operationOf(life.world, id);
  assert.equal(end.status, status, `${kind}: ${end.error?.message}`);
}

async function heal(life: Life): Promise<void> {
  const { world } = life;
  const victim = containersOf(world).find((item) => item.labels['crane.service'] === 'web') ?? assert.fail();
  world.controls.exit(victim.id, 1);
  const isWhole = (): boolean => world.router.backends('shop-1').length === 2 && statesOf(world).length === 3;
  await until(
    life,
    'it is healed',
    () => isWhole() && !containersOf(world).some((item) => item.id === victim.id),
  );
}

/** Load comes: one decision. */
async function follow(life: Life): Promise<void> {
  const { world } = life;
  const wanted = (): number | undefined => world.store.targets.get(1, 'web')?.replicas;
  measure(world, 'requestsPerSecond', 75);
  alertFrom(world, { startsAt: world.clock.now() });
  await until(life, 'three are wanted', () => wanted() === 3);
  measure(world, 'requestsPerSecond', 45);
  await until(life, 'three serve', () => world.router.backends('shop-1').length === 3);
}

async function finish({ world, auditor, diedAt }: Life): Promise<void> {
  await world.clock.until(
    'no effect is open',
    () => world.store.decisions.pendingEffects().length === 0,
    5_000,
  );
  await world.clock.advance(2_000);
  auditor.atRest();
  // A life that is still to die goes on.
  if (diedAt !== null) await auditRestart(world, auditor);
  assert.deepEqual(auditor.violations, []);
}
