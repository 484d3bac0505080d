import assert from 'node:assert/strict';
import { request } from 'node:http';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { deployedApp, portOf, testApi } from '../../../test/factories/test-api.ts';
import { contextAnswer, imagesAnswer } from '../schema/build-schema.ts';
import { problemSchema } from '../schema/problem-schema.ts';

const tar = { headers: { 'content-type': 'application/x-tar' }, payload: Buffer.alloc(1024) };
const files = (build: object = { context: '/src' }): { path: string; text: string }[] => [
  { path: 'compose.yaml', text: JSON.stringify({ services: { web: { build } } }) },
];
const accepted = z.object({ operation: z.object({ id: z.string(), kind: z.string() }) });

describe('build contexts by API', () => {
  it('are taken in as a tar, and named by the deployment', async (test) => {
    const { call, store } = await testApi(test);
    const sent = await call('bob', 'POST', '/api/v1/contexts', tar);
    assert.equal(sent.statusCode, 201, sent.body);
    const { id } = contextAnswer.parse(sent.json());
    const body = { name: 'shop', files: files(), builds: { web: { context: id } } };
    const answer = await call('bob', 'POST', '/api/v1/apps', { payload: body });
    assert.equal(answer.statusCode, 202, answer.body);
    const { operation } = accepted.parse(answer.json());
    assert.partialDeepStrictEqual(store.operations.input(operation.id), { builds: { web: { context: id } } });
  });

  it('need a login, and are a tar or refused', async (test) => {
    const { call } = await testApi(test);
    assert.equal((await call(null, 'POST', '/api/v1/contexts', tar)).statusCode, 401);
    for (const payload of [{ payload: {} }, {}]) {
      const refused = await call('bob', 'POST', '/api/v1/contexts', payload);
      assert.equal(problemSchema.parse(refused.json()).code, 'input.media_type', refused.body);
    }
  });

  it('are accepted nowhere else', async (test) => {
    const { call } = await testApi(test);
    assert.equal((await call('bob', 'POST', '/api/v1/apps', tar)).statusCode, 415);
  });

  it('are answered before they have ended when they are refused', async (test) => {
    const { api } = await testApi(test);
    await api.listen({ host: '127.0.0.1', port: 0 });
    const asked = request({
      port: portOf(api),
      method: 'POST',
      path: '/api/v1/contexts',
      headers: { 'content-type': 'application/x-tar', authorization: 'Bearer crane_nobody' },
    });
    asked.on('error', () => undefined);
    asked.write(Buffer.alloc(1024));
    const [response] = await once(asked, 'response');
    assert.equal(z.object({ statusCode: z.number() }).parse(response).statusCode, 401);
    asked.destroy();
  });
});

describe('builds by API', () => {
  it('are refused without a context, and with one that nobody builds from', async (test) => {
    const { call } = await testApi(test);
    const missing = await call('bob', 'POST', '/api/v1/apps', { payload: { name: 'shop', files: files() } });
    assert.equal(missing.statusCode, 422);
    assert.deepEqual(problemSchema.parse(missing.json()).errors?.[0]?.pointer, '/builds/web');
    const builds = { web: { context: 'ctx-1' }, db: { context: 'ctx-1' } };
    const more = await call('bob', 'POST', '/api/v1/apps', {
      payload: { name: 'shop', files: files(), builds },
    });
    assert.deepEqual(problemSchema.parse(more.json()).errors?.[0]?.pointer, '/builds/db');
  });

  it('say with the place what the builder cannot do', async (test) => {
    const { call } = await testApi(test);
    const build = { context: '/src', ssh: ['default'], privileged: true };
    const payload = { name: 'shop', files: files(build), builds: { web: { context: 'ctx-1' } } };
    const refused = problemSchema.parse((await call('bob', 'POST', '/api/v1/apps', { payload })).json());
    assert.equal(refused.code, 'compose.unsupported');
    assert.deepEqual(refused.errors?.map(({ pointer }) => pointer).sort(), [
      '/services/web/build/privileged',
      '/services/web/build/ssh',
    ]);
  });

  it('are told by a plan, which needs no context', async (test) => {
    const { call } = await testApi(test);
    const answer = await call('bob', 'POST', '/api/v1/apps:plan', {
      payload: { name: 'shop', files: files() },
    });
    assert.partialDeepStrictEqual(answer.json(), { toBuild: ['web'], toPull: [] });
  });

  it('make a new app, or go to one, and nobody else’s', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const payload = { files: files(), builds: { web: { context: 'ctx-1' } } };
    const fresh = await call('bob', 'POST', '/api/v1/apps:build', { payload: { ...payload, name: 'other' } });
    assert.equal(fresh.statusCode, 202, fresh.body);
    assert.equal(accepted.parse(fresh.json()).operation.kind, 'build');
    assert.equal((await call('bob', 'POST', '/api/v1/apps/shop-1/builds', { payload })).statusCode, 202);
    assert.equal((await call('cid', 'POST', '/api/v1/apps/shop-1/builds', { payload })).statusCode, 404);
    const unknown = await call('bob', 'POST', '/api/v1/apps:build', {
      payload: { ...payload, name: 'more', services: ['nope'] },
    });
    assert.equal(problemSchema.parse(unknown.json()).code, 'service.not_found');
  });
});

describe('images by API', () => {
  it('are those of apps that the person may see, with who needs them', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const list = async (who: string, query = ''): Promise<z.infer<typeof imagesAnswer>['items']> =>
      imagesAnswer.parse((await call(who, 'GET', `/api/v1/images${query}`)).json()).items;
    const [image] = await list('bob');
    assert.partialDeepStrictEqual(image, {
      image: 'crane/whoami:1',
      isBuilt: false,
      sizeBytes: null,
      usedBy: [{ app: 'shop-1', service: 'web', releases: [1], isCurrent: true }],
    });
    assert.equal((await list('ada', '?app=shop-1')).length, 1);
    assert.deepEqual(await list('cid'), []);
    assert.equal((await call('cid', 'GET', '/api/v1/images?app=shop-1')).statusCode, 404);
  });

  it('are pulled by an operation', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const answer = await call('bob', 'POST', '/api/v1/apps/shop-1/pull');
    assert.equal(accepted.parse(answer.json()).operation.kind, 'pull');
    const busy = await call('bob', 'POST', '/api/v1/apps/shop-1/pull');
    assert.equal(problemSchema.parse(busy.json()).code, 'app.busy');
  });
});
