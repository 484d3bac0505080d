import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { deployedApp, problemOf, testApi } from '../../../test/factories/test-api.ts';

const order = z.looseObject({
  project: z.looseObject({ services: z.record(z.string(), z.looseObject({ image: z.string() })) }),
  pull: z.string(),
  kept: z.object({ images: z.record(z.string(), z.unknown()), replicas: z.array(z.string()) }),
});

async function withApp(test: TestContext) {
  const given = await testApi(test);
  const app = deployedApp(given.store, given.bob);
  const patch = async (payload: object, query = '', headers: Record<string, string> = {}) =>
    given.call('bob', 'PATCH', `/api/v1/apps/shop-1${query}`, { payload, headers });
  return { ...given, app, patch };
}

describe('a patch of an app', () => {
  it('is a deployment that keeps the images and replicas it does not name', async (test) => {
    const { store, patch } = await withApp(test);
    const answer = await patch({ services: { web: { environment: { MODE: 'x', API_TOKEN: 't' } } } });
    assert.equal(answer.statusCode, 202, answer.body);
    const { operation, changes } = answer.json();
    assert.equal(answer.headers['location'], `/api/v1/operations/${operation.id}`);
    assert.equal(operation.kind, 'deploy');
    assert.deepEqual(changes.services[0].because, [
      { path: 'environment', to: { MODE: 'x', API_TOKEN: '[hidden]' } },
    ]);
    const { kept, project } = order.parse(store.operations.input(operation.id));
    assert.deepEqual([Object.keys(kept.images), kept.replicas], [['web'], ['web']]);
    assert.equal(project.services['web']?.image, 'crane/whoami:1');
    problemOf(await patch({ services: { web: { labels: { a: 'b' } } } }), 409, 'app.busy');
  });

  it('with another image or size leaves those to be found', async (test) => {
    const { store, patch } = await withApp(test);
    const answer = await patch({ services: { web: { image: 'crane/whoami:2', deploy: { replicas: 2 } } } });
    const { kept } = order.parse(store.operations.input(answer.json().operation.id));
    assert.deepEqual([kept.images, kept.replicas], [{}, []]);
  });

  it('does nothing where nothing differs, and only tells when asked to', async (test) => {
    const { store, patch } = await withApp(test);
    const same = await patch({ services: { web: { image: 'crane/whoami:1' } } });
    assert.deepEqual(
      [same.statusCode, same.json().operation, same.json().changes.isEmpty],
      [200, null, true],
    );
    const dry = await patch({ services: { web: { image: 'crane/whoami:2' } } }, '?dryRun=true');
    assert.deepEqual([dry.statusCode, dry.json().changes.services[0].change], [200, 'replace']);
    assert.deepEqual(store.operations.listOpen(), []);
  });

  it('of bounds replaces no instance', async (test) => {
    const { patch } = await withApp(test);
    const answer = await patch({ services: { web: { 'x-crane': { scale: { max: 9 } } } } });
    assert.equal(answer.json().changes.services[0].change, 'settings');
  });

  it('is refused with the pointer of what is wrong', async (test) => {
    const { store, patch, app } = await withApp(test);
    problemOf(await patch({ services: { db: { image: 'a' } } }), 404, 'service.not_found');
    const unknown = problemOf(await patch({ services: { web: { privileged: true } } }), 422, 'input.invalid');
    assert.equal(unknown.errors?.[0]?.pointer, '/services/web/privileged');
    for (const ownerId of [{ ownerId: 1 }, { role: 'admin' }, { status: 'running' }])
      problemOf(await patch({ services: { web: { image: 'a' } }, ...ownerId }), 422, 'input.invalid');
    const deep = await patch({
      services: { web: { 'x-crane': { scale: { min: 5 } }, image: 'UPPER CASE' } },
    });
    const { errors, detail } = problemOf(deep, 422, 'compose.invalid');
    assert.doesNotMatch(detail, /compose\.yaml/);
    assert.ok(
      errors?.some(({ pointer, place }) => place === undefined && pointer?.startsWith('/services/web/')),
    );
    store.apps.update(app.id, { intent: 'stopped' }, 1);
    problemOf(await patch({ services: { web: { image: 'a:2' } } }), 409, 'app.conflict');
  });

  it('may come as what it is, and honours If-Match', async (test) => {
    const { patch } = await withApp(test);
    const body = { services: { web: { environment: { A: '1' } } } };
    const stale = await patch(body, '', { 'if-match': '"1.1"' });
    problemOf(stale, 412, 'app.changed');
    const merge = { 'content-type': 'application/merge-patch+json', 'if-match': '"1.2"' };
    assert.equal((await patch(body, '', merge)).statusCode, 202);
  });
});
