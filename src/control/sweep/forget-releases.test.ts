import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { rollBackApp } from '../../actions/roll-back-app.ts';
import { listReleases } from '../../actions/list-releases.ts';
import { startedWorld, webService } from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';

type Kept = Awaited<ReturnType<typeof startedWorld>>;

const started = async (test: TestContext, keptReleases = 3): Promise<Kept> =>
  startedWorld(test, { keptReleases });
const numbersOf = (world: World): number[] => world.store.releases.numbers(1);
const builtOf = (world: World): string[] =>
  [...world.runtime.engine.tags.keys()].filter((name) => name.startsWith('crane.internal/')).toSorted();
const version = (number: number, more: Record<string, unknown> = {}): Record<string, unknown> =>
  webService({ environment: { VERSION: String(number) }, ...more });

async function send(world: World, line: string): Promise<string> {
  const archive = pack();
  archive.entry({ name: 'Dockerfile', mtime: new Date(0) }, `FROM scratch\n${line}\n`);
  archive.finalize();
  return (await world.contexts.keep(world.ada.user.id, Readable.from(archive, { objectMode: false }))).id;
}

describe('releases that are kept', () => {
  it('are the newest, and what failed counts as one of them', async (test) => {
    const world = await started(test);
    for (const number of [1, 2, 3, 4, 5]) await world.hands.deploy({ web: version(number) });
    assert.deepEqual(numbersOf(world), [3, 4, 5]);
    world.controls.addImage({ ref: 'crash:1', behaviour: { exits: { code: 1, afterMs: 300 } } });
    for (const number of [6, 7, 8, 9])
      await world.hands.deploy({ web: version(number, { image: 'crash:1' }) });
    // What serves is kept although three newer ones are there.
    assert.deepEqual(numbersOf(world), [5, 7, 8, 9]);
    assert.equal((await world.hands.deploy({ web: version(10) })).status, 'succeeded');
    assert.deepEqual(numbersOf(world), [8, 9, 10]);
  });

  it('are those that run too, whatever their age', async (test) => {
    const world = await started(test);
    const both = (number: number): Record<string, Record<string, unknown>> => ({
      web: version(number),
      db: { image: 'app:1', restart: 'always' },
    });
    for (const number of [1, 2, 3, 4, 5]) await world.hands.deploy(both(number));
    assert.deepEqual(numbersOf(world), [1, 3, 4, 5]);
  });

  it('are what can be gone back to; of others it is said that they are not kept', async (test) => {
    const world = await started(test);
    for (const number of [1, 2, 3, 4, 5]) await world.hands.deploy({ web: version(number) });
    assert.throws(() => rollBackApp(world.actions(), world.ada, { app: 'shop-1', release: 2 }), {
      code: 'release.not_found',
      message: /shop-1 does not keep release 2 any more/,
    });
    assert.throws(() => rollBackApp(world.actions(), world.ada, { app: 'shop-1', release: 6 }), {
      message: /shop-1 has no release 6/,
    });
    const changes = listReleases(world.actions(), world.ada, { app: 'shop-1' }).map((item) => item.changes);
    assert.deepEqual(
      changes.map((item) => item?.services[0]?.change ?? null),
      ['replace', 'replace', null],
    );
    assert.equal((await world.hands.rollback(3)).status, 'succeeded');
    assert.deepEqual(numbersOf(world), [4, 5, 6]);
  });

  it('lose no volume: one that only a forgotten release declared goes when it is named', async (test) => {
    const world = await started(test, 1);
    const volumes = [{ type: 'volume', source: 'data', target: '/data' }];
    await world.hands.deploy({ web: version(1, { volumes }) }, { top: { volumes: { data: {} } } });
    for (const number of [2, 3]) await world.hands.deploy({ web: version(number) });
    assert.deepEqual(numbersOf(world), [3]);
    assert.deepEqual([...world.runtime.engine.volumes.keys()], ['crane-shop-1_data']);
    await world.hands.remove(['data']);
    assert.deepEqual([...world.runtime.engine.volumes.keys()], []);
  });
});

describe('images that were built', () => {
  it('go with the last release that runs them, and not with the one that built them', async (test) => {
    const world = await started(test, 2);
    const web = { build: { context: '.' }, 'x-crane': { route: 8000 } };
    const deploy = async (line: string) =>
      world.hands.deploy({ web }, { builds: { web: { context: await send(world, line) } } });
    const brought = (): string[] =>
      [...world.runtime.engine.tags.keys()].filter((name) => !name.startsWith('crane.internal/'));
    await world.hands.deploy({ web: version(1) });
    const before = brought();
    await deploy('RUN echo one');
    await deploy('RUN echo two');
    await world.hands.deploy({ web: version(4) });
    assert.deepEqual(numbersOf(world), [3, 4]);
    assert.deepEqual(builtOf(world), ['crane.internal/crane/shop-1/web:3']);
    await world.hands.rollback(3);
    await world.hands.restart();
    assert.deepEqual(numbersOf(world), [5, 6]);
    assert.deepEqual(builtOf(world), ['crane.internal/crane/shop-1/web:3']);
    for (const number of [7, 8]) await world.hands.deploy({ web: version(number) });
    assert.deepEqual(builtOf(world), []);
    assert.deepEqual(brought(), before);
    assert.notDeepEqual(before, []);
  });
});
