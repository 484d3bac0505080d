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
