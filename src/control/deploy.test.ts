import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  containersOf,
  endOf,
  feedOf,
  operationOf,
  recordTimeline,
  startedWorld,
  statesOf,
  theApp,
  webService,
} from '../../test/factories/control-hands.ts';

describe('a deployment', () => {
  it('brings an app up: made, answering, routed, stable', async (test) => {
    const world = await startedWorld(test);
    const operation = await world.hands.deploy({ web: webService() });
    assert.deepEqual([operation.status, operation.error], ['succeeded', null]);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
    assert.equal(theApp(world)?.stableReleaseNumber, 1);
    assert.deepEqual(
      world.logged.filter((line) => line.level !== 'debug'),
      [],
    );
    assert.deepEqual(
      feedOf(world).map((event) => event.kind),
      [
        'app.created',
        'deployment.started',
        'image.resolved',
        'scan.done',
        'instance.created',
        'instance.ready',
        'route.published',
        'deployment.done',
      ],
    );
  });

  it('is stable only after the monitor window, its own or the configured one', async (test) => {
    const world = await startedWorld(test);
    const began = world.clock.monotonic();
    await world.hands.deploy({ web: webService() });
    const first = world.clock.monotonic() - began;
    assert.ok(first >= 1_000 && first < 2_000, `${first} ms`);
    const again = world.clock.monotonic();
    await world.hands.deploy({
      web: webService({ environment: { A: '2' }, deploy: { update_config: { monitor: '7s' } } }),
    });
    assert.ok(world.clock.monotonic() - again >= 7_000);
  });

  it('that finds no image leaves nothing behind, not even the app', async (test) => {
    const world = await startedWorld(test);
    const operation = await world.hands.deploy({ web: webService({ image: 'nowhere:1' }) });
    assert.equal(operation.error?.code, 'image.not_found');
    assert.equal(theApp(world), null);
    assert.deepEqual(containersOf(world), []);
    // It is made while images are looked for.
    const isMade = (): boolean => world.runtime.engine.networks.has('crane-shop-1_default');
    await world.clock.until('its network is removed', () => !isMade());
    assert.equal(feedOf(world, 'deployment.failed').length, 1);
  });

  it('of a crashing first release fails with its last lines and leaves a stopped app without instances', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({
      ref: 'crash:1',
      behaviour: { prints: ['reading config', 'no PORT'], exits: { code: 3, afterMs: 50 } },
    });
    const operation = await world.hands.deploy({ web: webService({ image: 'crash:1' }) });
    assert.equal(operation.error?.code, 'deployment.failed');
    assert.match(
      operation.error?.message ?? '',
      /web-1-1 exited with code 3; its last lines: reading config \| no PORT/,
    );
    await world.clock.until('all is gone', () => statesOf(world).length === 0);
    const app = theApp(world);
    assert.deepEqual([app?.intent, app?.releaseNumber], ['stopped', null]);
    assert.deepEqual(world.store.targets.list(1), []);
    const again = await world.hands.deploy({ web: webService() });
    assert.deepEqual([again.status, again.error], ['succeeded', null]);
  });

  it('of a crashing release leaves the old one serving all the time', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 2 });
    world.controls.addImage({ ref: 'crash:1', behaviour: { exits: { code: 1, afterMs: 50 } } });
    const routed: string[][] = [];
    world.router.onPublish = (_app, _before, now) => routed.push([...now.keys()]);
    const operation = await world.hands.deploy({ web: webService({ image: 'crash:1' }) });
    assert.equal(operation.error?.code, 'deployment.failed');
    assert.ok(routed.every((labels) => labels.includes('web-1-1') && labels.includes('web-1-2')));
    await world.clock.until('the new ones are gone', () => statesOf(world).length === 2);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1', 'web-1-2']);
    assert.deepEqual([theApp(world)?.releaseNumber, theApp(world)?.stableReleaseNumber], [1, 1]);
  });

  it('that fails gives back the size of before, which its own bounds had cut', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 4 });
    world.controls.addImage({ ref: 'crash:1', behaviour: { exits: { code: 1, afterMs: 50 } } });
    const small = { route: 8000, scale: { min: 1, max: 2, target: { requestsPerSecond: 50 } } };
    const timeline = recordTimeline(world);
    await world.hands.deploy({ web: webService({ image: 'crash:1', 'x-crane': small }) });
    assert.equal(world.store.targets.get(1, 'web')?.replicas, 4);
    assert.ok(
      !timeline.some(({ what }) => what.startsWith('removed web-1')),
      'nothing that served was taken',
    );
    await world.clock.until('all serve', () => world.router.backends('shop-1').length === 4);
  });

  it('of a stopped app that fails leaves it stopped', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.stop();
    world.controls.addImage({ ref: 'crash:1', behaviour: { exits: { code: 1, afterMs: 50 } } });
    await world.hands.deploy({ web: webService({ image: 'crash:1' }) });
    await world.clock.advance(60_000);
    assert.equal(theApp(world)?.intent, 'stopped');
    assert.deepEqual(statesOf(world), []);
  });

  it('fails at the first failure of a service that nobody restarts', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({ ref: 'job:1', behaviour: { exits: { code: 2, afterMs: 10 } } });
    const began = world.clock.monotonic();
    const operation = await world.hands.deploy({ job: { image: 'job:1', restart: 'no' } });
    assert.match(operation.error?.message ?? '', /job-1-1 exited with code 2/);
    assert.ok(world.clock.monotonic() - began < 2_000);
  });

  it('fails when its instances are unhealthy, not only when they exit', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({
      ref: 'ill:1',
      hasHealthcheck: true,
      behaviour: { health: { status: 'unhealthy', afterMs: 500 } },
    });
    const operation = await world.hands.deploy({ web: webService({ image: 'ill:1' }) });
    assert.match(operation.error?.message ?? '', /is unhealthy by its health check/);
    await world.clock.until('all is gone', () => statesOf(world).length === 0);
  });

  it('times out when nothing answers, and says what it waited for', async (test) => {
    const world = await startedWorld(test, { deployTimeoutMs: 20_000 });
    await world.hands.deploy({ web: webService() });
    world.controls.addImage({ ref: 'mute:1' });
    world.runtime.engine.listeners.add((told) => {
      if (told?.event.kind === 'started' && told.container.labels['crane.release'] === '2')
        for (const address of told.container.networks.values()) world.silent.add(address);
    });
    const operation = await world.hands.deploy({ web: webService({ image: 'mute:1' }) });
    assert.equal(operation.error?.code, 'deployment.timed_out');
    assert.match(operation.error?.message ?? '', /web 0\/1 \(0 of 1 ready\)/);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
  });

  it('fails with the typed reason when the engine refuses to start it', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({ ref: 'bad:1', behaviour: { startError: 'exec: "serve": not found' } });
    const operation = await world.hands.deploy({ web: webService({ image: 'bad:1' }) });
    assert.equal(operation.error?.code, 'engine.failed');
    assert.match(operation.error?.message ?? '', /not found/);
    await world.clock.until('all is gone', () => statesOf(world).length === 0);
  });

  it('fails with the typed reason when no network can be made', async (test) => {
    const world = await startedWorld(test, { subnetRange: '10.9.0.0/26' });
    world.controls.addForeignNetwork('theirs', '10.9.0.0/24');
    const operation = await world.hands.deploy({ web: webService() });
    assert.equal(operation.error?.code, 'network.exhausted');
    assert.equal(feedOf(world, 'control.error').length, 1);
  });

  it('waits out an engine that is away for a while', async (test) => {
    const world = await startedWorld(test);
    const operation = world.hands.queue.deploy({ web: webService() });
    await world.clock.until('it is under way', () => operationOf(world, operation.id).result !== null);
    world.controls.goDown();
    await world.clock.advance(40_000);
    world.controls.comeBack();
    const end = await endOf(world, operation);
    assert.deepEqual([end.status, end.error], ['succeeded', null]);
  });

  it('that is cancelled ends in the old release, wherever it was', async (test) => {
    for (const afterMs of [0, 5, 100, 400, 900]) {
      const world = await startedWorld(test);
      await world.hands.deploy({ web: webService() });
      world.controls.addImage({ ref: 'slow:1', behaviour: { startDelayMs: 300 } });
      world.controls.setLatency(2);
      const operation = world.hands.queue.deploy({ web: webService({ image: 'slow:1' }) });
      await world.clock.advance(afterMs);
      world.control().operations.cancel(operation.id);
      const end = await endOf(world, operation);
      assert.deepEqual([end.status, end.error?.code], ['cancelled', 'operation.cancelled'], `${afterMs} ms`);
      await world.clock.advance(10_000);
      assert.deepEqual(statesOf(world), ['web-1-1 running'], `${afterMs} ms`);
      assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
      assert.equal(theApp(world)?.releaseNumber, 1);
      assert.equal(world.control().observed.app(1).state, 'running');
    }
  });

  it('runs its one-shot services before what needs them, anew in each release', async (test) => {
    const world = await startedWorld(test);
    world.controls.addImage({ ref: 'job:1', behaviour: { exits: { code: 0, afterMs: 200 } } });
    world.controls.addImage({ ref: 'job:2', behaviour: { exits: { code: 0, afterMs: 200 } } });
    const services = (version: number): Parameters<typeof world.hands.deploy>[0] => ({
      web: webService({
        environment: { VERSION: String(version) },
        depends_on: { job: { condition: 'service_completed_successfully' } },
      }),
      job: { image: `job:${version}` },
    });
    for (const version of [1, 2]) {
      const timeline = recordTimeline(world);
      const operation = await world.hands.deploy(services(version));
      assert.deepEqual([operation.status, operation.error], ['succeeded', null]);
      const order = timeline.map(({ what }) => what);
      const [job, web] = [`died job-${version}-1`, `started web-${version}-1`].map((what) =>
        order.indexOf(what),
      );
      assert.ok(job !== undefined && web !== undefined && job >= 0 && job < web, order.join(', '));
    }
  });

  it('rolls back to the very content of a kept release', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService({ environment: { NAME: 'one' } }) });
    await world.hands.deploy({ web: webService({ environment: { NAME: 'two' } }) });
    const operation = await world.hands.rollback();
    assert.deepEqual(operation.result, { release: 3, url: 'http://shop-1.localhost:8080' });
    const [container] = containersOf(world);
    assert.ok(container?.create.Env?.includes('NAME=one'));
    assert.deepEqual(world.router.backends('shop-1'), ['web-3-1']);
  });

  it('replaces instance by instance without a gap', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.scale({ web: 3 });
    const counts: number[] = [];
    world.router.onPublish = (_app, _before, now) => counts.push(now.size);
    await world.hands.deploy({ web: webService({ environment: { NAME: 'two' } }) });
    assert.ok(Math.min(...counts) >= 3, counts.join());
    assert.deepEqual(world.router.backends('shop-1'), ['web-2-1', 'web-2-2', 'web-2-3']);
  });
});
