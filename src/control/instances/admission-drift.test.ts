import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  containersOf,
  feedOf,
  measure,
  operationOf,
  startedWorld,
  statesOf,
  webService,
} from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

type Started = Awaited<ReturnType<typeof startedWorld>>;

async function deployed(test: TestContext): Promise<Started> {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: webService() });
  return world;
}

const privileged = (world: World): void =>
  world.controls.twist((create) => ({
    ...create,
    HostConfig: { ...create.HostConfig, Privileged: true },
  }));
const drifts = (world: World): string[] =>
  feedOf(world).flatMap(({ kind, text }) => (kind === 'admission.drift' ? [text] : []));
const exit = (world: World): void => {
  const running = containersOf(world).find(({ state }) => state === 'running');
  world.controls.exit(running?.id ?? assert.fail('nothing runs'), 1);
};
const forbid = (world: World): void => {
  const modes = { admin: { P01: 'deny' }, user: {} } as const;
  world.store.admission.changeSettings({ modes, params: {}, at: 0, by: 1 });
};
const started = (world: World): number =>
  containersOf(world).filter(({ startedAt }) => startedAt !== null).length;

describe('an instance that was made', () => {
  it('is judged by what the engine made of it, and taken away before it starts when that was not let in', async (test) => {
    const world = await startedWorld(test);
    privileged(world);
    const operation = await world.hands.deploy({ web: webService() });
    assert.equal(operation.status, 'failed');
    assert.equal(operation.error?.code, 'policy.denied');
    assert.match(operation.error?.message ?? '', /P01 privileged/);
    assert.deepEqual(containersOf(world), []);
    assert.match(drifts(world)[0] ?? '', /^web-1-1 was taken away before it started: P01/);
    assert.equal(feedOf(world).filter(({ kind }) => kind === 'instance.ready').length, 0);
    const [record] = world.store.admission.records(1, 10);
    assert.deepEqual([record?.action, record?.isAllowed], ['create', false]);
  });

  it('leaves what serves alone', async (test) => {
    const world = await deployed(test);
    privileged(world);
    const operation = await world.hands.deploy({ web: webService({ environment: { A: '1' } }) });
    assert.equal(operation.error?.code, 'policy.denied');
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
  });

  it('is judged by the next process when this one dies before it could', async (test) => {
    const world = await startedWorld(test);
    world.kill();
    await world.start({ kind: 'point', name: 'instance.created', nth: 1 });
    privileged(world);
    const { id } = world.hands.queue.deploy({ web: webService() });
    await world.clock.until('it died', () => world.life().isDead());
    assert.deepEqual(
      containersOf(world).map(({ state }) => state),
      ['created'],
    );
    await world.start();
    await world.clock.until('it is over', () => operationOf(world, id).endedAt !== null);
    assert.equal(operationOf(world, id).error?.code, 'policy.denied');
    assert.deepEqual(containersOf(world), []);
    assert.equal(feedOf(world).filter(({ kind }) => kind === 'instance.ready').length, 0);
  });

  it('S36 that would see another folder than the one that was let in, which became a link meanwhile, is taken away', async (test) => {
    const world = await startedWorld(test);
    world.policy.judge(({ paths, service }) =>
      paths.map(({ real }) => ({
        policy: 'P07' as const,
        title: 'folders of the machine',
        severity: 'high' as const,
        mode: 'warn' as const,
        path: '/HostConfig/Binds/0',
        field: 'volumes',
        msg: `${service} mounts ${real} of this machine`,
        fix: 'Use a volume.',
      })),
    );
    // Swapped for a link while the engine makes the instance.
    world.controls.twist((create) => {
      world.links.set('/srv/shop/data', '/etc');
      return create;
    });
    const web = webService({ volumes: ['/srv/shop/data:/data'] });
    const operation = await world.hands.deploy({ web });
    assert.equal(operation.error?.code, 'policy.denied');
    assert.match(operation.error?.message ?? '', /mounts \/etc of this machine/);
    assert.deepEqual(containersOf(world), []);
  });
});

describe('what makes instances by itself', () => {
  it('asks again when the settings of the policies have changed, and makes none that they deny', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService({ privileged: true }) });
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    forbid(world);
    measure(world, 'requestsPerSecond', 100);
    await world.clock.advance(10_000);
    assert.equal(world.store.targets.get(1, 'web')?.replicas, 2);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    const failed = feedOf(world).filter(({ kind }) => kind === 'instance.failed');
    assert.match(failed.at(-1)?.text ?? '', /could not be started: P01 privileged/);
  });

  it('heals and grows what was let in while the policy engine is down, after a restart too', async (test) => {
    const world = await deployed(test);
    world.kill();
    await world.start();
    world.policy.fail('policy.unavailable');
    world.store.targets.set({ appId: 1, service: 'web', replicas: 2, at: 0 });
    world.control().nudge(1);
    await world.clock.until('both run', () => world.router.backends('shop-1').length === 2, 30_000);
    exit(world);
    await world.clock.until(
      'both run again',
      () => started(world) === 2 && world.router.backends('shop-1').length === 2,
      60_000,
    );
  });

  it('holds what was never judged until the policy engine answers', async (test) => {
    const world = await deployed(test);
    forbid(world);
    world.policy.fail('policy.unavailable');
    world.store.targets.set({ appId: 1, service: 'web', replicas: 2, at: 0 });
    world.control().nudge(1);
    await world.clock.advance(30_000);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    world.policy.fail(null);
    await world.clock.until('both run', () => world.router.backends('shop-1').length === 2, 120_000);
  });
});
