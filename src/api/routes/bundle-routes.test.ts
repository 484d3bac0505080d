import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, deployedApp, problemOf, testApi } from '../../../test/factories/test-api.ts';
import { packZip, unpackZip } from '../zip.ts';

describe('the bundle of an app', () => {
  it('is the same as JSON and as archive, each time', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const first = await call('bob', 'GET', '/api/v1/apps/shop-1/bundle');
    assert.equal(first.statusCode, 200, first.body);
    const files = first.json().files;
    assert.deepEqual(
      files.map(({ path }: { path: string }) => path),
      ['.env.example', 'README.md', 'compose.yaml'],
    );
    const [one, two] = [
      await call('bob', 'GET', '/api/v1/apps/shop-1/export'),
      await call('bob', 'GET', '/api/v1/apps/shop-1/export'),
    ];
    assert.equal(one.headers['content-type'], 'application/zip');
    assert.equal(one.headers['content-disposition'], 'attachment; filename="shop.zip"');
    assert.deepEqual(unpackZip(one.rawPayload), files);
    assert.deepEqual(one.rawPayload, two.rawPayload);
    problemOf(await call('cid', 'GET', '/api/v1/apps/shop-1/export'), 404, 'app.not_found');
  });

  it('becomes a new app', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    const { rawPayload } = await call('bob', 'GET', '/api/v1/apps/shop-1/export');
    const archive = rawPayload.toString('base64');
    const answer = await call('bob', 'POST', '/api/v1/apps:import', { payload: { archive, pull: 'never' } });
    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal(answer.json().app.uniqueName, 'shop-2');
    const named = await call('bob', 'POST', '/api/v1/apps:import', { payload: { archive, name: 'other' } });
    assert.equal(named.json().app.uniqueName, 'other-3');
  });

  it('brings rules, modes and schedules along, and so does a clone', async (test) => {
    const { store, bob, call } = await testApi(test);
    const { id } = deployedApp(store, bob);
    const rule = {
      name: 'slow',
      service: 'web',
      forMs: 0,
      severity: 'info',
      kind: 'preset',
      preset: 'p95',
      above: 9,
    };
    const window = { service: 'web', cron: '0 8 * * *', timeZone: 'UTC', durationMs: 60_000, min: 1, max: 2 };
    const added = await call('bob', 'POST', '/api/v1/apps/shop-1/rules', { payload: rule });
    assert.ok(added.statusCode < 300, added.body);
    store.controls.setMode({ appId: id, service: 'web', mode: 'paused', by: 'bob' });
    store.schedules.create({ ...window, appId: id, createdBy: 'bob', createdAt: 1 });
    const { rawPayload } = await call('bob', 'GET', '/api/v1/apps/shop-1/export');
    const archive = rawPayload.toString('base64');
    const imported = await call('bob', 'POST', '/api/v1/apps:import', {
      payload: { archive, name: 'moved' },
    });
    assert.equal(imported.statusCode, 202, imported.body);
    const cloned = await call('bob', 'POST', '/api/v1/apps/shop-1/clone', { payload: { name: 'copy' } });
    assert.equal(cloned.statusCode, 202, cloned.body);
    for (const answer of [imported, cloned]) {
      const made = Number(answer.json().app.id);
      assert.deepEqual(
        store.ruleSets.newest(made)?.rules.map(({ name }) => name),
        ['slow'],
      );
      assert.equal(store.controls.get(made, 'web')?.mode, 'paused');
      assert.deepEqual(
        store.schedules.list(made).map(({ service, cron, max }) => ({ service, cron, max })),
        [{ service: 'web', cron: '0 8 * * *', max: 2 }],
      );
    }
  });

  it('says what is missing or wrong', async (test) => {
    const { call } = await testApi(test);
    const send = async (archive: string, more: object = {}) =>
      call('bob', 'POST', '/api/v1/apps:import', { payload: { archive, ...more } });
    const zip = (path: string, text: string): string =>
      Buffer.from(packZip([{ path, text }])).toString('base64');
    problemOf(await send('%%%'), 422, 'input.invalid');
    problemOf(await send('aGVsbG8='), 422, 'input.invalid');
    const other = problemOf(await send(zip('shop/compose.yaml', 'services: {}')), 422, 'input.invalid');
    assert.match(other.detail, /holds no compose\.yaml/);
    const open = zip('compose.yaml', 'name: shop\nservices: { web: { image: "a:${TAG:?Set it in .env}" } }');
    assert.match(problemOf(await send(open), 422, 'compose.invalid').detail, /TAG is missing a value/);
    assert.equal(bodyOf(await send(open, { envFile: 'TAG=1\n' }))['app'] !== undefined, true);
  });
});
