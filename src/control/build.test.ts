import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { buildImages } from '../actions/build-images.ts';
import { cloneApp } from '../actions/clone-app.ts';
import { pullImages } from '../actions/pull-images.ts';
import type { OperationEvent } from '../core/operation/operation.ts';
import { endOf, operationOf, startedWorld, statesOf, theApp } from '../../test/factories/control-hands.ts';
import type { World } from '../../test/factories/control.ts';

type Built = Awaited<ReturnType<typeof startedWorld>>;

/** A folder with a Dockerfile, sent by ada. */
async function send(world: World, ...lines: string[]): Promise<string> {
  const archive = pack();
  archive.entry({ name: 'Dockerfile', mtime: new Date(0) }, `${['FROM scratch', ...lines].join('\n')}\n`);
  archive.finalize();
  const tar = Readable.from(archive, { objectMode: false });
  return (await world.contexts.keep(world.ada.user.id, tar)).id;
}

const web = { build: { context: '.' }, 'x-crane': { route: 8000 } };
const deploy = async (world: Built, ...lines: string[]) =>
  world.hands.deploy({ web }, { builds: { web: { context: await send(world, ...lines) } } });
const namesOf = (world: World): string[] =>
  [...world.runtime.engine.tags.keys()].filter((name) => name.startsWith('crane.internal/')).sort();
const eventsOf = (world: World, id: string, step: string): OperationEvent[] =>
  world.store.operations.events(id, 0).filter((event) => event.step === step);
const started = async (test: TestContext): Promise<Built> => startedWorld(test);

describe('services that are built', () => {
  it('are built and deployed, and each release keeps its image', async (test) => {
    const world = await started(test);
    const first = await deploy(world, 'RUN echo hello');
    assert.equal(first.status, 'succeeded', first.error?.message);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    const lines = eventsOf(world, first.id, 'build.web').flatMap(({ data }) => data['lines'] ?? []);
    assert.deepEqual(lines, ['step 1/2: FROM scratch', 'step 2/2: RUN echo hello', 'hello']);
    await deploy(world, 'RUN echo other');
    assert.deepEqual(namesOf(world), [
      'crane.internal/crane/shop-1/web:1',
      'crane.internal/crane/shop-1/web:2',
    ]);
    const [one, two] = world.store.releases.list(1);
    assert.notEqual(one?.images['web']?.imageId, two?.images['web']?.imageId);
    assert.equal((await world.hands.rollback()).status, 'succeeded');
    const [, , three] = world.store.releases.list(1);
    assert.deepEqual(three?.images, one?.images);
  });

  it('fail with the step, and the old release goes on', async (test) => {
    const world = await started(test);
    await deploy(world);
    const failed = await deploy(world, 'RUN false');
    assert.equal(failed.status, 'failed');
    assert.equal(failed.error?.code, 'image.build_failed');
    assert.match(failed.error?.message ?? '', /web failed at step 2\/2 "RUN false"/);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    assert.deepEqual(namesOf(world), ['crane.internal/crane/shop-1/web:1']);
  });

  it('can be cancelled while they build', async (test) => {
    const world = await started(test);
    const context = await send(world, 'RUN wait');
    const operation = world.hands.queue.deploy({ web }, { builds: { web: { context } } });
    await world.clock.until('it builds', () => eventsOf(world, operation.id, 'build.web').length > 2);
    world.control().operations.cancel(operation.id);
    const ended = await endOf(world, operation);
    assert.deepEqual([ended.status, ended.error?.code], ['cancelled', 'operation.cancelled']);
    assert.equal(theApp(world), null);
  });

  it('are ended when they go on for too long, not counting the wait for others', async (test) => {
    const world = await started(test);
    const context = await send(world, 'RUN wait');
    const operation = world.hands.queue.deploy({ web }, { builds: { web: { context } } });
    const ended = await endOf(world, operation, 4_000_000);
    assert.deepEqual([ended.status, ended.error?.code], ['failed', 'image.build_failed']);
    assert.match(ended.error?.message ?? '', /took longer than 3600 s/);
  });

  it('are built again when the control plane died in the middle', async (test) => {
    const world = await started(test);
    const context = await send(world, 'RUN wait');
    const operation = world.hands.queue.deploy({ web }, { builds: { web: { context } } });
    await world.clock.until('it builds', () => eventsOf(world, operation.id, 'build.web').length > 2);
    world.kill();
    await world.start();
    const stepsOf = (): OperationEvent[] =>
      eventsOf(world, operation.id, 'build.web').filter(({ state }) => state === 'started');
    await world.clock.until('it builds again', () => stepsOf().length === 2);
    world.control().operations.cancel(operation.id);
    await endOf(world, operation);
  });

  it('fail honestly when their context is gone', async (test) => {
    const world = await started(test);
    const gone = `ctx-${'0'.repeat(64)}`;
    const failed = await world.hands.deploy({ web }, { builds: { web: { context: gone } } });
    assert.equal(failed.error?.code, 'context.not_found');
  });

  it('are refused when no context was sent, or one for what is not built', async (test) => {
    const world = await started(test);
    assert.throws(() => world.hands.queue.deploy({ web }), { code: 'input.invalid' });
    assert.throws(
      () => world.hands.queue.deploy({ web: { image: 'app:1' } }, { builds: { web: { context: 'ctx-1' } } }),
      { code: 'input.invalid' },
    );
  });

  it('take the image that is named too, and are built where it is not to be had', async (test) => {
    const world = await started(test);
    const both = (image: string) => ({ web: { ...web, image } });
    const found = await world.hands.deploy(both('app:1'));
    assert.equal(found.status, 'succeeded');
    assert.deepEqual(namesOf(world), []);
    const builds = { web: { context: await send(world) } };
    assert.equal((await world.hands.deploy(both('absent:1'), { builds })).status, 'succeeded');
    assert.ok(world.runtime.engine.tags.has('docker.io/library/absent:1'));
    const rebuilt = await world.hands.deploy(both('app:1'), { builds, isBuilding: true });
    assert.equal(rebuilt.status, 'succeeded', rebuilt.error?.message);
    assert.deepEqual(namesOf(world), [
      'crane.internal/crane/shop-1/web:2',
      'crane.internal/crane/shop-1/web:3',
    ]);
  });

  it('leave nothing when the app is deleted, and a clone keeps its own', async (test) => {
    const world = await started(test);
    await deploy(world);
    const clone = cloneApp(world.actions(), world.ada, { app: 'shop-1', name: 'copy' });
    assert.equal((await endOf(world, clone.operation)).status, 'succeeded');
    await world.hands.remove();
    await world.clock.until('its names are gone', () => namesOf(world).length === 1);
    assert.deepEqual(namesOf(world), ['crane.internal/crane/copy-2/web:1']);
    assert.deepEqual(statesOf(world, 'copy'), ['web-1-1 running']);
  });
});

describe('building without deploying', () => {
  const build = (world: Built, context: string, services: string[] = []) =>
    buildImages(world.actions(), world.ada, {
      name: 'shop',
      files: [{ path: 'compose.yaml', text: JSON.stringify({ services: { web } }) }],
      builds: { web: { context } },
      services,
    }).operation;

  it('makes the images of an app that is not running yet', async (test) => {
    const world = await started(test);
    const done = await endOf(world, build(world, await send(world)));
    assert.equal(done.status, 'succeeded', done.error?.message);
    assert.deepEqual(namesOf(world), ['crane.internal/crane/shop-1/web:latest']);
    assert.equal(theApp(world)?.intent, 'stopped');
    const deployed = await deploy(world);
    assert.equal(deployed.status, 'succeeded');
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
  });

  it('forgets the app when it fails', async (test) => {
    const world = await started(test);
    const failed = await endOf(world, build(world, await send(world, 'RUN false')));
    assert.equal(failed.error?.code, 'image.build_failed');
    assert.equal(theApp(world), null);
  });

  it('refuses a service that is not built', async (test) => {
    const world = await started(test);
    assert.throws(() => build(world, 'ctx-1', ['db']), { code: 'service.not_found' });
  });
});

describe('pulling the images of an app', () => {
  it('tells which are newer, and changes nothing that runs', async (test) => {
    const world = await started(test);
    world.controls.publishImage({ ref: 'shop:1' });
    await world.hands.deploy({ web: { image: 'shop:1' } });
    const pull = async () =>
      endOf(world, pullImages(world.actions(), world.ada, { app: 'shop-1' }).operation);
    const done = await pull();
    assert.equal(operationOf(world, done.id).status, 'succeeded', done.error?.message);
    assert.partialDeepStrictEqual(done.result, { images: { web: { ref: 'shop:1', isNewer: false } } });
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
    world.controls.publishImage({ ref: 'shop:1' });
    assert.partialDeepStrictEqual((await pull()).result, { images: { web: { isNewer: true } } });
  });

  it('takes it as it is that no registry has what is built', async (test) => {
    const world = await started(test);
    await world.hands.deploy({ web: { ...web, image: 'app:1' } });
    const done = await endOf(world, pullImages(world.actions(), world.ada, { app: 'shop-1' }).operation);
    assert.deepEqual([done.status, done.result], ['succeeded', { images: {} }]);
  });
});
