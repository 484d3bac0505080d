import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Healing, InstanceFacts } from './instance-facts.ts';
import { planService } from './plan-service.ts';
import type { ServiceDesire } from './service-desire.ts';
import type { Step } from './step.ts';

function desire(change: Partial<ServiceDesire> = {}): ServiceDesire {
  const release = change.release ?? 1;
  return {
    isCanary: false,
    service: 'web',
    replicas: 1,
    release,
    minRelease: 0,
    specHash: 'h1',
    makeSpec: (slot) => ({
      name: `crane-shop-1-web-${release}-${slot}`,
      create: { Image: 'i', Labels: {}, HostConfig: {} },
      moreNetworks: {},
      specHash: change.specHash ?? 'h1',
    }),
    prefix: 'crane',
    networks: ['net'],
    isPaused: false,
    order: 'start-first',
    parallelism: 0,
    monitorMs: 1_000,
    graceMs: null,
    canComplete: false,
    isHealed: true,
    waitsFor: [],
    retireReason: 'scale-in',
    ...change,
  };
}

function instance(slot: number, change: Partial<InstanceFacts> = {}): InstanceFacts {
  const release = change.release ?? 1;
  return {
    app: 'shop-1',
    service: 'web',
    release,
    slot,
    id: `${release}-${slot}`,
    name: `crane-shop-1-web-${release}-${slot}`,
    state: 'running',
    health: 'none',
    exitCode: null,
    isOomKilled: false,
    startedAt: 1,
    finishedAt: null,
    createdAt: 1,
    specHash: 'h1',
    imageId: 'i',
    addresses: { net: `10.0.0.${slot}` },
    isReady: true,
    readySince: -1_000,
    busy: null,
    complaint: null,
    isStoppedOutside: false,
    healing: null,
    notBefore: null,
    ...change,
  };
}

const at = (time: number, restarts = 0): Healing => ({ at: time, restarts, isGivenUp: false });
const none: ReadonlySet<number> = new Set();
const short = (step: Step): string =>
  step.kind === 'createInstance'
    ? `create ${step.release}-${step.slot} ${step.why}`
    : `${step.kind} ${step.id}`;
const steps = (want: ServiceDesire, have: InstanceFacts[], pending = none, now = 0): string[] =>
  planService(want, have, pending, now).steps.map(short);

describe('a service whose deployment is paused', () => {
  const paused = (change: Partial<ServiceDesire> = {}): ServiceDesire =>
    desire({ release: 2, specHash: 'h2', replicas: 3, isPaused: true, ...change });
  const old = [1, 2].map((slot) => instance(slot));
  const fresh = instance(3, { release: 2, specHash: 'h2' });

  it('makes and takes away nothing while as many serve as are wanted', () => {
    for (const order of ['start-first', 'stop-first'] as const)
      assert.deepEqual(steps(paused({ order }), [...old, fresh]), []);
  });

  it('makes one for each that is missing, and takes away the dead', () => {
    assert.deepEqual(steps(paused(), old), ['create 2-1 new-release']);
    const dead = instance(2, { state: 'exited', exitCode: 1 });
    assert.deepEqual(steps(paused(), [instance(1), dead, fresh]), [
      'create 2-1 new-release',
      'removeInstance 1-2',
    ]);
  });

  it('stops whole when nothing is wanted of it', () => {
    assert.equal(steps(paused({ replicas: 0 }), [...old, fresh]).length, 3);
  });

  it('is not settled, and says how far it is', () => {
    const { status, routable } = planService(paused(), [...old, fresh], none, 0);
    assert.deepEqual([status.isSettled, status.reason], [false, 'paused, 1 new beside 2 old']);
    assert.equal(routable.size, 3);
  });
});

describe('planService', () => {
  it('does nothing when everything is as wanted', () => {
    const plan = planService(desire({ replicas: 2 }), [instance(1), instance(2)], none, 0);
    assert.deepEqual(plan.steps, []);
    assert.equal(plan.status.isSettled, true);
    assert.deepEqual([...plan.routable], ['1-1', '1-2']);
  });

  it('makes what is missing, side by side', () => {
    assert.deepEqual(steps(desire({ replicas: 3 }), [instance(1)]), [
      'create 1-2 scale-out',
      'create 1-3 scale-out',
    ]);
  });

  it('does not make again what is being made', () => {
    assert.deepEqual(steps(desire({ replicas: 3 }), [instance(1)], new Set([2])), ['create 1-3 scale-out']);
  });

  it('scales in the newest first and unroutes them in the same plan', () => {
    const plan = planService(desire({ replicas: 1 }), [instance(1), instance(2), instance(3)], none, 0);
    assert.deepEqual(plan.steps.map(short), ['retireInstance 1-2', 'retireInstance 1-3']);
    assert.deepEqual([...plan.routable], ['1-1']);
  });

  it('takes another slot instead of waiting for one that is leaving', () => {
    assert.deepEqual(steps(desire({ replicas: 2 }), [instance(1), instance(2, { busy: 'retiring' })]), [
      'create 1-3 scale-out',
    ]);
  });

  it('waits for what the service depends on', () => {
    const plan = planService(desire({ waitsFor: ['db to be healthy'] }), [], none, 0);
    assert.deepEqual(plan.steps, []);
    assert.equal(plan.status.reason, 'waits for db to be healthy');
  });

  it('starts an instance that was created and never started', () => {
    assert.deepEqual(steps(desire(), [instance(1, { state: 'created', isReady: false })]), [
      'startInstance 1-1',
    ]);
  });

  it('asks about a dead instance first and replaces it when its time has come', () => {
    const dead = instance(1, { state: 'exited', exitCode: 137, isReady: false });
    const asked = planService(desire(), [dead], none, 5);
    assert.equal(asked.needsHealing[0]?.failure.text, 'exited with code 137');
    assert.deepEqual(asked.steps, []);
    const waiting = planService(desire(), [{ ...dead, healing: at(10) }], none, 5);
    assert.deepEqual([waiting.steps.length, waiting.wakeAt], [0, 10]);
    assert.deepEqual(steps(desire(), [{ ...dead, healing: at(10) }], none, 10), ['create 1-1 healing']);
  });

  it('waits while the policy is asked', () => {
    const dead = instance(1, { state: 'exited', exitCode: 1, isReady: false, healing: 'asked' });
    const plan = planService(desire(), [dead], none, 5);
    assert.deepEqual([plan.steps, plan.needsHealing, plan.wakeAt], [[], [], null]);
    assert.equal(plan.status.isSettled, false);
  });

  it('replaces an unhealthy instance at once by one in another slot, and does not route it meanwhile', () => {
    const ill = instance(1, { complaint: 'unhealthy', healing: at(0) });
    const plan = planService(desire(), [ill], none, 1);
    assert.deepEqual(plan.steps.map(short), ['retireInstance 1-1', 'create 1-2 healing']);
    assert.equal(plan.steps[1]?.kind === 'createInstance' && plan.steps[1].heals, '1-1');
    assert.equal(plan.routable.size, 0);
  });

  it('leaves those that only complain in the routes while nobody else answers', () => {
    const slow = instance(1, { complaint: 'unresponsive' });
    const starting = instance(2, { isReady: false, readySince: null });
    const alone = planService(desire({ replicas: 2 }), [slow, starting], none, 0);
    assert.deepEqual([...alone.routable], [slow.id]);
    const beside = planService(desire({ replicas: 2 }), [slow, instance(2)], none, 0);
    assert.deepEqual([...beside.routable], ['1-2']);
  });

  it('stops an unhealthy instance that holds a fixed port before its replacement starts', () => {
    const ill = instance(1, { complaint: 'unhealthy', healing: at(0) });
    const want = desire({ order: 'stop-first' });
    assert.deepEqual(steps(want, [ill], none, 1), ['retireInstance 1-1']);
    assert.deepEqual(steps(want, [{ ...ill, busy: 'retiring' }], none, 1), []);
  });

  it('calls it a crash loop once it was restarted twice', () => {
    const dead = instance(1, { state: 'exited', exitCode: 1, isReady: false });
    const reason = (healing: Healing): string | null =>
      planService(desire(), [{ ...dead, healing }], none, 5).status.reason;
    assert.equal(reason(at(10, 1)), 'web-1-1 exited with code 1');
    assert.equal(reason(at(10, 3)), 'CrashLoop: web-1-1 exited with code 1 (3 restarts within ten minutes)');
    assert.match(reason({ ...at(10, 8), isGivenUp: true }) ?? '', /given up for now/);
  });

  it('says that somebody stopped it', () => {
    const dead = instance(1, { state: 'exited', exitCode: 143, isReady: false, isStoppedOutside: true });
    assert.deepEqual(planService(desire(), [dead], none, 0).needsHealing[0]?.failure, {
      kind: 'stopped',
      exitCode: 143,
      text: 'was stopped from outside (exit code 143)',
    });
  });

  it('leaves a failed instance alone when its service says so, and is not settled', () => {
    const dead = instance(1, { state: 'exited', exitCode: 1, isReady: false });
    const plan = planService(desire({ isHealed: false, canComplete: true }), [dead], none, 0);
    assert.deepEqual([plan.steps.length, plan.needsHealing.length, plan.status.isSettled], [0, 0, false]);
  });

  it('replaces what was renamed, paused or disconnected by hand, the new one first', () => {
    const changed: Partial<InstanceFacts>[] = [
      { name: 'mine' },
      { state: 'paused', isReady: false },
      { addresses: { other: '10.0.0.1' } },
    ];
    for (const change of changed) {
      const item = instance(1, change);
      assert.deepEqual(steps(desire(), [item]), ['create 1-2 missing']);
      assert.deepEqual(steps(desire(), [item, instance(2)]), ['retireInstance 1-1']);
    }
  });

  it('does not touch an instance that is being started, and is not settled meanwhile', () => {
    const plan = planService(desire({ replicas: 0 }), [instance(1, { busy: 'starting' })], none, 0);
    assert.deepEqual([plan.steps, plan.status.isSettled, plan.routable.size], [[], false, 0]);
  });

  it('waits before it tries again what failed, and keeps it out of the routes', () => {
    const item = instance(2, { notBefore: 10 });
    const plan = planService(desire(), [instance(1), item], none, 5);
    assert.deepEqual([plan.steps, plan.wakeAt, plan.status.isSettled], [[], 10, false]);
    assert.deepEqual([...plan.routable], ['1-1']);
    assert.deepEqual(steps(desire(), [instance(1), item], none, 10), ['retireInstance 1-2']);
  });

  it('keeps what answers and not what still starts when there are too many', () => {
    const starting = instance(1, { isReady: false });
    assert.deepEqual(steps(desire(), [starting, instance(2), instance(3)]), [
      'retireInstance 1-3',
      'retireInstance 1-1',
    ]);
  });

  it('takes no old instance away before a new one answers, even when fewer are wanted', () => {
    const old = [1, 2, 3, 4, 5].map((slot) => instance(slot));
    const want = desire({ replicas: 2, release: 2, specHash: 'h2' });
    assert.deepEqual(steps(want, [...old, instance(1, { release: 2, specHash: 'h2', isReady: false })]), [
      'create 2-2 new-release',
    ]);
    assert.deepEqual(steps(want, [...old, instance(1, { release: 2, specHash: 'h2' })], new Set([2])), [
      'retireInstance 1-5',
      'retireInstance 1-4',
      'retireInstance 1-3',
      'retireInstance 1-2',
    ]);
  });

  it('takes an old instance away only for one that was ready for the monitor window', () => {
    const want = desire({ release: 2, specHash: 'h2' });
    const fresh = instance(1, { release: 2, specHash: 'h2', readySince: 5_000 });
    const plan = planService(want, [instance(1), fresh], none, 5_500);
    assert.deepEqual([plan.steps, plan.wakeAt], [[], 6_000]);
    assert.deepEqual([...plan.routable].sort(), ['1-1', '2-1']);
    assert.deepEqual(steps(want, [instance(1), fresh], none, 6_000), ['retireInstance 1-1']);
  });

  it('stops only as many at once as its parallelism says', () => {
    const want = desire({ replicas: 3, release: 2, specHash: 'h2', order: 'stop-first', parallelism: 1 });
    const old = [instance(1), instance(2), instance(3)];
    assert.deepEqual(steps(want, old), ['retireInstance 1-3']);
    const leaving = [instance(1), instance(2), instance(3, { busy: 'retiring' })];
    assert.deepEqual(steps(want, leaving), []);
    assert.deepEqual(steps(want, old.slice(0, 2)), ['create 2-1 new-release']);
    const started = [...old.slice(0, 2), instance(1, { release: 2, specHash: 'h2', isReady: false })];
    assert.deepEqual(steps(want, started), []);
    assert.deepEqual(steps(want, [...old.slice(0, 2), instance(1, { release: 2, specHash: 'h2' })]), [
      'retireInstance 1-2',
    ]);
  });

  it('leaves a one-shot service alone when it has completed', () => {
    const plan = planService(
      desire({ canComplete: true }),
      [instance(1, { state: 'exited', exitCode: 0, isReady: false })],
      none,
      0,
    );
    assert.deepEqual(
      [plan.steps.length, plan.needsHealing.length, plan.status.isCompleted, plan.status.isSettled],
      [0, 0, true, true],
    );
  });

  it('keeps the old release serving until as many new ones are ready', () => {
    const old = [instance(1), instance(2)];
    const want = desire({ replicas: 2, release: 2, specHash: 'h2' });
    assert.deepEqual(steps(want, old), ['create 2-1 new-release', 'create 2-2 new-release']);
    const one = [
      ...old,
      instance(1, { release: 2, specHash: 'h2' }),
      instance(2, { release: 2, specHash: 'h2', isReady: false }),
    ];
    const plan = planService(want, one, none, 0);
    assert.deepEqual(plan.steps.map(short), ['retireInstance 1-2']);
    assert.deepEqual([...plan.routable].sort(), ['1-1', '2-1']);
  });

  it('rolls as many at once as its parallelism says', () => {
    assert.deepEqual(
      steps(desire({ replicas: 3, release: 2, specHash: 'h2', parallelism: 1 }), [
        instance(1),
        instance(2),
        instance(3),
      ]),
      ['create 2-1 new-release'],
    );
  });

  it('stops before it starts when asked to', () => {
    const want = desire({ replicas: 1, release: 2, specHash: 'h2', order: 'stop-first' });
    assert.deepEqual(steps(want, [instance(1)]), ['retireInstance 1-1']);
    assert.deepEqual(steps(want, [instance(1, { busy: 'retiring' })]), []);
    assert.deepEqual(steps(want, []), ['create 2-1 missing']);
  });

  it('keeps an instance of an older release whose spec is the same', () => {
    assert.deepEqual(steps(desire({ release: 5 }), [instance(1, { release: 3 })]), []);
  });

  it('scales out beside instances of an older release without taking their slots', () => {
    const old = [instance(1, { release: 3 })];
    assert.deepEqual(steps(desire({ release: 5, replicas: 3 }), old), [
      'create 5-2 scale-out',
      'create 5-3 scale-out',
    ]);
  });

  it('replaces it all the same when the release restarts the service', () => {
    assert.deepEqual(steps(desire({ release: 5, minRelease: 5 }), [instance(1, { release: 3 })]), [
      'create 5-1 new-release',
    ]);
  });

  it('stops everything when none is wanted, and says why', () => {
    const plan = planService(desire({ replicas: 0, retireReason: 'stopped' }), [instance(1)], none, 0);
    assert.deepEqual(
      plan.steps.map((step) => 'why' in step && step.why),
      ['stopped'],
    );
  });

  it('converges from any state: applying its steps ends in exactly the wanted replicas', () => {
    const any = fc.array(
      fc.record({
        slot: fc.integer({ min: 1, max: 5 }),
        release: fc.integer({ min: 1, max: 3 }),
        state: fc.constantFrom<InstanceFacts['state']>('running', 'exited', 'created'),
        isCurrent: fc.boolean(),
      }),
      { maxLength: 8 },
    );
    const order = fc.constantFrom<ServiceDesire['order']>('start-first', 'stop-first');
    fc.assert(
      fc.property(
        any,
        fc.integer({ min: 0, max: 5 }),
        order,
        fc.integer({ min: 0, max: 2 }),
        (start, replicas, order, parallelism) => {
          const want = desire({ replicas, release: 3, order, parallelism });
          let have = new Map(
            start.map((item) => [
              `${item.release}-${item.slot}`,
              instance(item.slot, {
                release: item.release,
                state: item.state,
                isReady: item.state === 'running',
                specHash: item.isCurrent ? 'h1' : 'old',
              }),
            ]),
          );
          for (let round = 0; round < 40; round += 1) {
            const plan = planService(want, [...have.values()], none, round);
            if (plan.status.isSettled) break;
            have = apply(
              have,
              plan.steps,
              plan.needsHealing.map((item) => item.facts.id),
              round,
            );
          }
          const alive = [...have.values()];
          assert.equal(alive.length, replicas);
          assert.ok(alive.every((item) => item.specHash === 'h1' && item.state === 'running'));
        },
      ),
    );
  });
});

function apply(
  have: Map<string, InstanceFacts>,
  todo: readonly Step[],
  heal: readonly string[],
  now: number,
): Map<string, InstanceFacts> {
  const next = new Map(
    [...have].map(([id, item]) => [id, heal.includes(id) ? { ...item, healing: at(now) } : item]),
  );
  for (const step of todo) {
    if (step.kind === 'createInstance') {
      if (step.replaces !== null) next.delete(step.replaces);
      const made = instance(step.slot, { release: step.release });
      assert.ok(!next.has(made.id), `the name of ${made.id} is in use`);
      next.set(made.id, made);
    } else if (step.kind === 'startInstance') {
      const item = next.get(step.id);
      if (item !== undefined) next.set(step.id, { ...item, state: 'running', isReady: true });
    } else next.delete(step.id);
  }
  return next;
}
