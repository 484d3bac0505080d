import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { deployedApp, problemOf, testApi, type Method } from '../../test/factories/test-api.ts';
import { someDecision, someLoadSpec } from '../../test/factories/core-values.ts';

const documentShape = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.object({ security: z.array(z.unknown()).optional() }))),
});

type Operation = { method: Method; path: string; isPublic: boolean };
const methods: Readonly<Record<string, Method>> = {
  get: 'GET',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

function operationsOf(document: unknown): Operation[] {
  return Object.entries(documentShape.parse(document).paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: methods[method] ?? assert.fail(`unknown method ${method}`),
      path,
      isPublic: operation.security?.length === 0,
    })),
  );
}

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 and has exactly the routes', async (test) => {
    const { api, call } = await testApi(test);
    const document: unknown = (await call(null, 'GET', '/api/v1/openapi.json')).json();
    assert.equal(documentShape.parse(document).openapi, '3.1.0');
    const described = operationsOf(document).map(({ method, path }) => `${method} ${path}`);
    const declared = [
      ...api.printRoutes({ commonPrefix: false, includeHooks: false }).matchAll(/─ (\S+) \(([^)]+)\)/g),
    ];
    assert.equal(declared.length > 0, true);
    for (const name of described) {
      const [method = '', path = ''] = name.split(' ');
      const url = path.replace(/:([a-z]+)$/, '::$1').replaceAll(/\{(\w+)\}/g, ':$1');
      assert.ok(api.hasRoute({ method, url }), `${name} is described but not declared`);
    }
    const count = declared
      .flatMap(([, , names = '']) => names.split(', '))
      .filter((name) => name !== 'HEAD').length;
    assert.equal(described.length, count);
  });

  it('says of every address but the few public ones that a token is needed', async (test) => {
    const { call } = await testApi(test);
    const operations = operationsOf((await call(null, 'GET', '/api/v1/openapi.json')).json());
    assert.deepEqual(
      operations.filter(({ isPublic }) => isPublic).map(({ path }) => path),
      [
        '/api/v1/setup',
        '/api/v1/entrance',
        '/api/v1/auth/provider/login',
        '/api/v1/auth/provider/callback',
        '/api/v1/auth/login',
        '/api/v1/auth/token',
        '/api/v1/registration',
        '/api/v1/registrations',
        '/api/v1/version',
        '/healthz',
        '/readyz',
        '/api/v1/openapi.json',
      ],
    );
    for (const { method, path } of operations.filter(({ isPublic }) => !isPublic)) {
      const url = path.replaceAll(/\{\w+\}/g, '1');
      const answer = await call(null, method, url, method === 'POST' ? { payload: {} } : {});
      problemOf(answer, 401, 'auth.missing');
      assert.equal(answer.headers['www-authenticate'], 'Bearer realm="crane"', `${method} ${path}`);
    }
  });
});

const json = { files: [{ path: 'compose.yaml', text: 'services: {}' }] };
const onApp: [Method, string, object?][] = [
  ['GET', ''],
  ['DELETE', ''],
  ['GET', '/instances'],
  ['GET', '/compose'],
  ['GET', '/bundle'],
  ['GET', '/export'],
  ['POST', '/deployments', json],
  ['POST', '/scale', { services: { web: 1 } }],
  ['POST', '/stop'],
  ['POST', '/start'],
  ['POST', '/restart'],
  ['GET', '/logs'],
  ['GET', '/logs?follow=true'],
  ['GET', '/stats'],
  ['GET', '/cost'],
  ['GET', '/chaos'],
  ['POST', '/chaos', { kind: 'kill-one', service: 'web', forMs: 1000 }],
  ['GET', '/stats?follow=true'],
  ['GET', '/operations'],
  ['GET', '/scans'],
  ['POST', '/loads', { phases: [{ durationMs: 1000, fromRate: 1, toRate: 1 }] }],
  ['GET', '/loads/load-1'],
];

describe("another person's app", () => {
  for (const [method, path, payload] of onApp) {
    it(`does not exist for ${method} /apps/{app}${path}`, async (test) => {
      const { store, bob, call } = await testApi(test);
      const app = deployedApp(store, bob);
      store.loads.create({ id: 'load-1', appId: app.id, spec: someLoadSpec(), at: 1 });
      for (const ref of [app.uniqueName, String(app.id), app.name]) {
        const url = `/api/v1/apps/${ref}${path}`;
        const answer = await call('cid', method, url, payload === undefined ? {} : { payload });
        const absent = await call(
          'cid',
          method,
          url.replace(`/apps/${ref}`, '/apps/nothing-9'),
          payload === undefined ? {} : { payload },
        );
        assert.equal(
          problemOf(answer, 404, 'app.not_found').title,
          problemOf(absent, 404, 'app.not_found').title,
        );
      }
      assert.equal(store.operations.listOpen().length, 0);
    });
  }

  it('has no decisions, operations and places in lists', async (test) => {
    const { store, bob, call } = await testApi(test);
    const app = deployedApp(store, bob);
    store.decisions.record(someDecision({ appId: app.id }));
    store.operations.create({ id: 'op-1', kind: 'stop', appId: app.id, userId: bob.id, at: 1, input: null });
    problemOf(await call('cid', 'GET', '/api/v1/decisions/d-10000'), 404, 'decision.not_found');
    problemOf(await call('cid', 'GET', '/api/v1/decisions?app=shop-1'), 404, 'app.not_found');
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/events'],
    ] as const) {
      problemOf(await call('cid', method, `/api/v1/operations/op-1${path}`), 404, 'operation.not_found');
    }
    assert.deepEqual((await call('cid', 'GET', '/api/v1/apps')).json(), { items: [] });
    assert.deepEqual((await call('cid', 'GET', '/api/v1/decisions')).json(), { items: [], nextCursor: null });
    assert.equal((await call('ada', 'GET', '/api/v1/operations/op-1')).statusCode, 200);
    assert.equal((await call('bob', 'GET', '/api/v1/decisions/d-10000')).statusCode, 200);
  });
});

describe('tokens', () => {
  it('that are wrong, expired or revoked open nothing', async (test) => {
    const { store, bob, call } = await testApi(test);
    problemOf(await call('nobody', 'GET', '/api/v1/me'), 401, 'auth.invalid');
    const basic = { headers: { authorization: 'Basic YTpi' } };
    problemOf(await call(null, 'GET', '/api/v1/me', basic), 401, 'auth.missing');
    const [token] = store.tokens.list(bob.id);
    assert.equal((await call('bob', 'GET', '/api/v1/me')).statusCode, 200);
    store.tokens.revoke(bob.id, token?.id ?? 0);
    problemOf(await call('bob', 'GET', '/api/v1/me'), 401, 'auth.invalid');
  });

  it('that are guessed are slowed down; good ones go on', async (test) => {
    const { call, world } = await testApi(test);
    const guess = async (remoteAddress: string) => call('guess', 'GET', '/api/v1/me', { remoteAddress });
    for (let count = 0; count < 20; count += 1) problemOf(await guess('10.0.0.1'), 401, 'auth.invalid');
    const answer = await guess('10.0.0.1');
    problemOf(answer, 429, 'auth.rate_limited');
    assert.equal(answer.headers['retry-after'], '3');
    problemOf(await guess('10.0.0.2'), 401, 'auth.invalid');
    assert.equal((await call('bob', 'GET', '/api/v1/me', { remoteAddress: '10.0.0.1' })).statusCode, 200);
    world.now += 3_000;
    problemOf(await guess('10.0.0.1'), 401, 'auth.invalid');
    problemOf(await guess('10.0.0.1'), 429, 'auth.rate_limited');
  });
});
