import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cloneApp } from '../../actions/clone-app.ts';
import {
  containersOf,
  feedOf,
  labelOf,
  operationOf,
  startedWorld,
  statesOf,
  theApp,
  webService,
} from '../../../test/factories/control-hands.ts';

const secretFile = { source: 'key', target: 'key', mode: '0400' };
const withSecret = { web: webService({ secrets: [secretFile], configs: ['motd'] }) };
const top = { secrets: { key: { environment: 'KEY' } }, configs: { motd: { content: 'hello' } } };

describe('files that are written into an instance', () => {
  it('are there before it starts, in each instance, and another value makes new instances', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(withSecret, { top, environment: { KEY: 'one' } });
    await world.hands.scale({ web: 2 });
    const contents = (): (string | undefined)[] =>
      containersOf(world).map((item) => item.files.get('/run/secrets/key')?.text);
    assert.deepEqual(contents(), ['one', 'one']);
    assert.equal(containersOf(world)[0]?.files.get('/motd')?.text, 'hello');
    assert.equal(containersOf(world)[0]?.files.get('/run/secrets/key')?.mode, 0o400);
    await world.hands.deploy(withSecret, { top, environment: { KEY: 'one' } });
    assert.deepEqual(
      statesOf(world),
      ['web-1-1 running', 'web-1-2 running'],
      'the same value changes nothing',
    );
    await world.hands.deploy(withSecret, { top, environment: { KEY: 'two' } });
    assert.deepEqual(statesOf(world), ['web-3-1 running', 'web-3-2 running']);
    assert.deepEqual(contents(), ['two', 'two']);
    await world.hands.rollback(1);
    assert.deepEqual(contents(), ['one', 'one']);
  });

  it('are in no event, no log, no release and no payload', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(withSecret, { top, environment: { KEY: 'hidden-value' } });
    const shown = [
      feedOf(world),
      world.logged,
      world.store.releases.list(1),
      containersOf(world).map((item) => [item.create, item.labels]),
    ];
    assert.ok(!JSON.stringify(shown).includes('hidden-value'));
  });

  it('go into a clone only when that is asked for; else nothing is made', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(withSecret, { top, environment: { KEY: 'one' } });
    const clone = (more: { withSecrets?: boolean }) =>
      cloneApp(world.actions(), world.ada, { app: 'shop-1', name: 'copy', ...more });
    assert.throws(() => clone({}), /not copied unless asked for, and this app needs key/);
    assert.equal(theApp(world, 'copy'), null);
    const { operation } = clone({ withSecrets: true });
    await world.clock.until('the clone runs', () => operationOf(world, operation.id).endedAt !== null);
    assert.equal(operationOf(world, operation.id).status, 'succeeded');
    assert.deepEqual(
      containersOf(world, 'copy').map((item) => item.files.get('/run/secrets/key')?.text),
      ['one'],
    );
  });

  it('are refused without the variable, with the place', async (test) => {
    const world = await startedWorld(test);
    assert.throws(() => world.hands.queue.deploy(withSecret, { top }), /the variable KEY .* is not set/);
  });
});

describe('commands at the start and the end of an instance', () => {
  const hooked = {
    web: webService({ post_start: [{ command: ['warm', 'up'], user: 'ada', environment: { A: '1' } }] }),
  };

  it('run after the start, and nothing is routed before they ended', async (test) => {
    const world = await startedWorld(test);
    world.controls.setLatency(3_000, 'runCommand');
    const routedAfter: number[] = [];
    world.router.onPublish = (_app, _before, now) => {
      if (now.size > 0) routedAfter.push(containersOf(world)[0]?.commands.length ?? 0);
    };
    const operation = await world.hands.deploy(hooked);
    assert.deepEqual([operation.status, operation.error], ['succeeded', null]);
    assert.deepEqual(containersOf(world)[0]?.commands, [
      { command: ['warm', 'up'], user: 'ada', environment: ['A=1'] },
    ]);
    assert.ok(routedAfter.length > 0 && routedAfter.every((commands) => commands === 1));
  });

  it('that fail at the start fail the deployment at once, with their last lines; nothing of it stays', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    world.controls.behave('app:1', { answers: { warm: { exitCode: 3, output: 'one\nno cache\n' } } });
    const operation = await world.hands.deploy(hooked);
    assert.equal(operation.error?.code, 'instance.hook_failed');
    assert.match(
      operation.error?.message ?? '',
      /post_start\[0\] of web-2-1 ended with code 3; its last lines: one \| no cache/,
    );
    await world.clock.until('the old one is alone', () => statesOf(world).join() === 'web-1-1 running');
    assert.equal(theApp(world)?.releaseNumber, 1);
  });

  it('run before the stop; one that fails is told and holds nothing up', async (test) => {
    const world = await startedWorld(test);
    world.controls.behave('app:1', { answers: { flush: { exitCode: 1, output: 'no disk' } } });
    await world.hands.deploy({ web: webService({ pre_stop: [{ command: ['flush'] }] }) });
    const [item] = containersOf(world);
    await world.hands.stop();
    assert.deepEqual(item?.commands, [{ command: ['flush'], environment: [] }]);
    assert.deepEqual(statesOf(world), []);
    assert.match(
      feedOf(world, 'instance.failed')[0]?.text ?? '',
      /pre_stop\[0\] of web-1-1 ended with code 1/,
    );
  });
});

describe('what an instance shares with another', () => {
  const services = (db: object): Record<string, Record<string, unknown>> => ({
    db: { image: 'app:1', ...db },
    side: { image: 'app:1', network_mode: 'service:db', volumes_from: ['db:ro'] },
  });

  it('is that of a running one, and follows it when it is replaced', async (test) => {
    const world = await startedWorld(test);
    const shared = (): unknown => {
      const side = containersOf(world).find((item) => item.labels['crane.service'] === 'side');
      const db = containersOf(world).find(
        ({ id }) => side?.create.HostConfig.NetworkMode === `container:${id}`,
      );
      assert.deepEqual(side?.create.HostConfig.VolumesFrom, [`${db?.id ?? ''}:ro`]);
      return db === undefined ? null : labelOf(db);
    };
    const first = await world.hands.deploy(services({}));
    assert.deepEqual([first.status, shared()], ['succeeded', 'db-1-1']);
    await world.hands.deploy(services({ environment: { A: '1' } }));
    await world.clock.advance(5_000);
    assert.equal(shared(), 'db-2-1');
    const before = containersOf(world).map(({ id }) => id);
    world.controls.exit('crane-shop-1-db-2-1', 1);
    await world.clock.advance(60_000);
    assert.equal(shared(), 'db-2-1');
    assert.ok(
      containersOf(world).every(({ id }) => !before.includes(id)),
      'both are new ones',
    );
    assert.deepEqual(
      statesOf(world).map((text) => text.replace(/-\d+-\d+/, '')),
      ['db running', 'side running'],
    );
  });
});

describe('what an app needs and does not own', () => {
  const web = { web: { image: 'app:1', networks: ['shared'], volumes: ['old:/data'] } };
  const outside = { networks: { shared: { external: true } }, volumes: { old: { external: true } } };

  it('has to be there, is used by its own name, and stays when the app goes', async (test) => {
    const world = await startedWorld(test);
    const missing = await world.hands.deploy(web, { top: outside });
    assert.match(missing.error?.message ?? '', /networks\.shared: there is no network named shared/);
    world.controls.addForeignNetwork('shared', '10.77.0.0/24');
    world.controls.addForeignVolume('old');
    const operation = await world.hands.deploy(web, { top: outside });
    assert.deepEqual([operation.status, operation.error], ['succeeded', null]);
    const [item] = containersOf(world);
    assert.deepEqual(item?.create.HostConfig.Binds, ['old:/data:rw']);
    assert.deepEqual([...(item?.networks.keys() ?? [])], ['shared']);
    await world.hands.remove(['old']);
    assert.ok(world.runtime.engine.networks.has('shared') && world.runtime.engine.volumes.has('old'));
  });

  it('is never what belongs to another app or to Crane', async (test) => {
    const world = await startedWorld(test);
    await world.runtime.ensureNetwork({ name: 'crane-parts', app: null, subnet: null, isInternal: false });
    const refused = await world.hands.deploy(web, {
      top: { networks: { shared: { external: true, name: 'crane-parts' } }, volumes: { old: {} } },
    });
    assert.match(refused.error?.message ?? '', /crane-parts belongs to Crane itself/);
    const router = { image: 'app:1', network_mode: 'container:crane-traefik' };
    assert.equal(
      (await world.hands.deploy({ router })).status,
      'succeeded',
      'a foreign container is none of ours',
    );
  });
});

describe('a dependency with restart: true', () => {
  it('restarts what depends on it when it is replaced or restarted', async (test) => {
    const world = await startedWorld(test);
    const services = (version: string): Record<string, Record<string, unknown>> => ({
      db: { image: 'app:1', environment: { VERSION: version } },
      api: { image: 'app:1', depends_on: { db: { condition: 'service_started', restart: true } } },
      job: { image: 'app:1', depends_on: { db: { condition: 'service_started' } } },
    });
    await world.hands.deploy(services('1'));
    await world.hands.deploy(services('2'));
    assert.deepEqual(statesOf(world), ['api-2-1 running', 'db-2-1 running', 'job-1-1 running']);
    await world.hands.restart('db');
    assert.deepEqual(statesOf(world), ['api-3-1 running', 'db-3-1 running', 'job-1-1 running']);
  });
});
