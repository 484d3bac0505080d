import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startedWorld, statesOf, webService } from '../../../test/factories/control-hands.ts';
import type { World } from '../../../test/factories/control.ts';
import { findOneOffTarget, runOneOff, type OneOffInput } from '../../actions/run-one-off.ts';
import type { InstanceSession } from '../../core/port/instance-session.ts';

const plain: OneOffInput = {
  command: [],
  environment: {},
  user: null,
  workingDir: null,
  hasTty: false,
  hasInput: false,
  size: null,
};

async function run(world: World, change: Partial<OneOffInput>, signal = new AbortController().signal) {
  const deps = world.actions();
  const target = findOneOffTarget(deps, world.ada, { app: 'shop', service: 'web' });
  return runOneOff(deps, world.ada, target, { ...plain, ...change }, signal);
}

const oneOffsOf = async (world: World): Promise<string[]> =>
  (await world.runtime.observeOneOffs(null)).map((item) => item.name);

async function textOf(session: InstanceSession): Promise<string> {
  let text = '';
  for await (const { bytes } of session.output) text += Buffer.from(bytes).toString('utf8');
  return text;
}

describe('a one-off instance', () => {
  it('runs beside the others, is neither routed nor counted, and is gone with its exit code', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const { instance, session } = await run(world, { command: ['say', 'done', 'no', '3'] });
    assert.match(instance, /^web-run-/);
    assert.match(await textOf(session), /done\n/);
    assert.equal(await session.exitCode(), 3);
    await session.close();
    assert.deepEqual(await oneOffsOf(world), []);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
  });

  it('has the secrets and configs of its service before it starts', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(
      { web: webService({ secrets: ['key'], configs: ['motd'] }) },
      {
        top: { secrets: { key: { environment: 'KEY' } }, configs: { motd: { content: 'hello' } } },
        environment: { KEY: 'one' },
      },
    );
    const { instance, session } = await run(world, { command: ['sleep'] });
    const made = world.controls.containers().find(({ name }) => name.endsWith(instance));
    assert.deepEqual(
      [...(made?.files ?? [])].map(([path, { text }]) => [path, text]),
      [
        ['/motd', 'hello'],
        ['/run/secrets/key', 'one'],
      ],
    );
    await session.close();
  });

  it('stays while it is followed, whatever looks there are, and goes when its client does', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const { session } = await run(world, { command: ['sleep'] });
    await world.clock.advance(120_000);
    assert.equal((await oneOffsOf(world)).length, 1);
    assert.deepEqual(world.router.backends('shop-1'), ['web-1-1']);
    await session.close();
    assert.deepEqual(await oneOffsOf(world), []);
  });

  it('that a killed control plane left is removed by the next one', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await run(world, { command: ['sleep'] });
    world.kill();
    await world.start();
    assert.deepEqual(await oneOffsOf(world), []);
    assert.deepEqual(statesOf(world), ['web-1-1 running']);
  });

  it('is removed with its app', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const { session } = await run(world, { command: ['sleep'] });
    assert.equal((await world.hands.remove()).status, 'succeeded');
    assert.deepEqual(await oneOffsOf(world), []);
    assert.equal(await session.exitCode(), 137);
  });

  it('leaves nothing behind when it cannot start', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await assert.rejects(run(world, { command: ['/no-such'] }), { code: 'command.not_found' });
    world.controls.fault({ call: 'attachSession', when: 'before' });
    await assert.rejects(run(world, {}), { code: 'engine.unreachable' });
    assert.deepEqual(await oneOffsOf(world), []);
  });

  it('needs a service that is there, of an app that is not stopped', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    const find = (service: string) => findOneOffTarget(world.actions(), world.ada, { app: 'shop', service });
    assert.throws(() => find('db'), { code: 'service.not_found' });
    await world.hands.stop();
    assert.throws(() => find('web'), { code: 'app.conflict' });
  });
});
