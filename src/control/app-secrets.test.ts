import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { changeRelease } from '../actions/change-release.ts';
import { cloneApp } from '../actions/clone-app.ts';
import { exportApp } from '../actions/export-app.ts';
import { listSecrets, removeSecret, setSecret } from '../actions/manage-secrets.ts';
import type { SecretFiles } from '../core/port/secret-files.ts';
import { previewDeployment } from '../actions/preview-deployment.ts';
import { containersOf, endOf, feedOf, startedWorld, webService } from '../../test/factories/control-hands.ts';

type Started = Awaited<ReturnType<typeof startedWorld>>;

const web = webService({ secrets: ['key'] });
const top = { secrets: { key: { external: true } } };
const used = { web };
const secretOf = (world: Started, name?: string): string | undefined =>
  containersOf(world, name)
    .find(({ state }) => state === 'running')
    ?.files.get('/run/secrets/key')?.text;
const set = (world: Started, value: string): unknown =>
  setSecret(world.actions(), world.ada, { app: 'shop-1', name: 'key', value });

async function deployed(test: TestContext): Promise<Started> {
  const world = await startedWorld(test);
  const operation = await world.hands.deploy(used, { top, secrets: { key: 'one' } });
  assert.equal(operation.error?.message, undefined);
  return world;
}

describe('secrets that an app was given', () => {
  it('come with its first deployment, which is refused without them', async (test) => {
    const world = await startedWorld(test);
    assert.throws(() => world.hands.queue.deploy(used, { top }), { code: 'secret.missing' });
    assert.deepEqual(world.store.apps.list({ kind: 'all' }), []);
    await world.hands.deploy(used, { top, secrets: { key: 'one' } });
    assert.equal(secretOf(world), 'one');
  });

  it('reach what runs with the next deployment, which shows as a change', async (test) => {
    const world = await deployed(test);
    set(world, 'two');
    await world.clock.advance(60_000);
    assert.equal(secretOf(world), 'one');
    const [listed] = listSecrets(world.actions(), world.ada, { app: 'shop-1' });
    assert.deepEqual(
      [listed?.name, listed?.services, listed?.isApplied, listed?.updatedBy],
      ['key', ['web'], false, 'ada'],
    );
    const files = [{ path: 'compose.yaml', text: JSON.stringify({ name: 'shop', services: used, ...top }) }];
    const preview = await previewDeployment(world.actions(), world.ada, { app: 'shop-1', files });
    assert.deepEqual(
      preview.changes.services.map(({ service, change }) => [service, change]),
      [['web', 'replace']],
    );
    await world.hands.deploy(used, { top });
    assert.equal(secretOf(world), 'two');
    assert.equal(listSecrets(world.actions(), world.ada, { app: 'shop-1' })[0]?.isApplied, true);
  });

  it('are brought to what runs at once by a change of nothing else', async (test) => {
    const world = await deployed(test);
    const apply = () => changeRelease(world.actions(), world.ada, { app: 'shop-1', patch: { services: {} } });
    assert.equal(apply().operation, null);
    set(world, 'two');
    const { operation } = apply();
    await endOf(world, operation ?? assert.fail('nothing was changed'));
    assert.equal(secretOf(world), 'two');
  });

  it('come back with the release that had them', async (test) => {
    const world = await deployed(test);
    set(world, 'two');
    await world.hands.deploy(used, { top });
    await world.hands.rollback(1);
    assert.equal(secretOf(world), 'one');
  });

  it('are healed with the value that was deployed', async (test) => {
    const world = await deployed(test);
    set(world, 'two');
    const running = containersOf(world).find(({ state }) => state === 'running');
    world.controls.exit(running?.id ?? assert.fail('nothing runs'), 1);
    await world.clock.until('it runs again', () => secretOf(world) !== undefined, 60_000);
    assert.equal(secretOf(world), 'one');
  });

  it('are mounted from the memory of the machine where the engine sees it, and not written into instances', async (test) => {
    const world = await startedWorld(test);
    const laid: string[] = [];
    Object.assign(world.secretFiles, {
      lay: async ({ app, release, files }: Parameters<SecretFiles['lay']>[0]) => {
        laid.push(...files.map(({ text }) => text));
        return files.map(({ path }) => ({ path, source: `/run/crane-x/${app}/${release}/1` }));
      },
      owns: (app: string, source: string) => source.startsWith(`/run/crane-x/${app}/`),
    } satisfies Partial<SecretFiles>);
    const operation = await world.hands.deploy(used, { top, secrets: { key: 'one' } });
    assert.equal(operation.status, 'succeeded', operation.error?.message);
    const [made] = containersOf(world);
    assert.deepEqual(made?.create.HostConfig.Mounts, [
      { Type: 'bind', Source: '/run/crane-x/shop-1/1/1', Target: '/run/secrets/key', ReadOnly: true },
    ]);
    assert.deepEqual([...(made?.files.keys() ?? [])], []);
    assert.deepEqual([...new Set(laid)], ['one']);
  });

  it('stay while what runs uses them', async (test) => {
    const world = await deployed(test);
    const remove = () => removeSecret(world.actions(), world.ada, { app: 'shop-1', name: 'key' });
    assert.throws(remove, { code: 'app.conflict' });
    await world.hands.deploy({ web: webService() });
    remove();
    assert.throws(remove, { code: 'secret.not_found' });
  });

  it('are copied to a clone only when that is asked for', async (test) => {
    const world = await deployed(test);
    assert.throws(() => cloneApp(world.actions(), world.ada, { app: 'shop-1', name: 'copy' }), {
      code: 'app.conflict',
    });
    const input = { app: 'shop-1', name: 'copy', withSecrets: true };
    await endOf(world, cloneApp(world.actions(), world.ada, input).operation);
    assert.equal(secretOf(world, 'copy'), 'one');
    set(world, 'two');
    assert.equal(world.store.secrets.value(2, 'key'), 'one');
  });

  it('are neither exported nor told', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy(used, { top, secrets: { key: 'canary-one-7f3a' } });
    const deps = {
      ...world.actions(),
      portableRouter: () => ({
        image: 'traefik:1',
        command: [],
        port: 80,
        config: { target: '/x', text: '' },
      }),
    };
    const said = JSON.stringify([
      exportApp(deps, world.ada, { app: 'shop-1' }),
      feedOf(world),
      world.store.releases.list(1),
      world.store.operations.listForApp(1, 100),
      listSecrets(deps, world.ada, { app: 'shop-1' }),
      world.logged,
    ]);
    assert.equal(said.includes('canary-one'), false);
    assert.match(said, /SECRET_KEY/);
  });
});
