import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Agent, fetch, type Dispatcher } from 'undici';
import { createApi } from '../../src/api/create-api.ts';
import { fakeActionDeps } from '../factories/action-deps.ts';
import { memoryStore, tempFolder, tempStore } from '../factories/temp-store.ts';
import {
  composeText,
  deployedApp,
  portOf,
  problemOf,
  recordingLog,
  testApi,
  type TestApi,
} from '../factories/test-api.ts';

const app = '/api/v1/apps/shop-1';

async function shop(test: TestContext): Promise<TestApi> {
  const made = await testApi(test, {}, memoryStore(test));
  deployedApp(made.store, made.bob);
  return made;
}

/** Asks the listening server as a person, on as many connections as there are. */
async function listen(test: TestContext, { api }: TestApi) {
  await api.listen({ host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${portOf(api)}`;
  return (connections: number) => {
    const dispatcher: Dispatcher = new Agent({ connections });
    test.after(async () => dispatcher.destroy());
    return async (who: string, path: string, payload?: object, signal?: AbortSignal) =>
      fetch(base + path, {
        dispatcher,
        headers: { authorization: `Bearer crane_${who}`, 'content-type': 'application/json' },
        ...(payload === undefined ? {} : { method: 'POST', body: JSON.stringify(payload) }),
        ...(signal === undefined ? {} : { signal }),
      });
  };
}

describe('too much at once', () => {
  it('S86 a load elsewhere, without bounds, or of many at once', async (test) => {
    const { call, store } = await shop(test);
    const phases = [{ durationMs: 1_000, fromRate: 1, toRate: 1 }];
    const load = async (payload: object, who = 'bob') => call(who, 'POST', `${app}/loads`, { payload });
    for (const elsewhere of [
      { url: 'http://192.0.2.1/' },
      { host: 'example.com' },
      { target: 'https://example.com' },
      { path: 'http://192.0.2.1/' },
      { path: '@192.0.2.1/' },
      { path: '/ HTTP/1.1\r\nHost: example.com\r\n\r\n' },
      { service: 'http://192.0.2.1' },
      { method: 'CONNECT' },
    ])
      assert.equal((await load({ phases, ...elsewhere })).statusCode, 422, JSON.stringify(elsewhere));
    for (const phase of [
      { durationMs: 1_000, fromRate: 1e9, toRate: 1e9 },
      { durationMs: 365 * 86_400_000, fromRate: 1, toRate: 1 },
      { durationMs: 1_000, fromRate: 0, toRate: 1e9 },
      { durationMs: 0, fromRate: 1, toRate: 1 },
      { durationMs: -1, fromRate: 1, toRate: 1 },
      { durationMs: 1_000, fromRate: -1, toRate: 1 },
      { durationMs: '1y', fromRate: 1, toRate: 1 },
    ])
      problemOf(await load({ phases: [phase] }), 422, 'input.invalid');
    problemOf(
      await load({ phases: Array.from({ length: 100 }, () => phases[0]).concat(phases) }),
      422,
      'input.invalid',
    );
    problemOf(await load({ phases, connections: 1e6 }), 422, 'input.invalid');
    problemOf(await load({ phases }, 'cid'), 404, 'app.not_found');
    assert.equal(store.operations.listOpen().length, 0);
    // A path that a browser would take for another host is one of the app's own.
    for (const path of ['//192.0.2.1/', '/\\192.0.2.1/', '/', '/a?b']) {
      const answer = await load({ phases, path });
      assert.equal(answer.statusCode, 202, answer.body);
      const { url, host } =
        store.loads.find(store.apps.list({ kind: 'all' })[0]?.id ?? 0, answer.json().id)?.spec ?? {};
      assert.deepEqual([url, host], ['http://127.0.0.1:8080', 'shop-1.localhost']);
    }
    problemOf(await load({ phases }), 429, 'operation.limit');
  });

  it('S87 chaos for others, for the platform, and without an end', async (test) => {
    const { call, store } = await shop(test);
    const chaos = async (change: object, who = 'bob', at = app) =>
      call(who, 'POST', `${at}/chaos`, {
        payload: { kind: 'kill-one', service: 'web', forMs: 5_000, ...change },
      });
    problemOf(await chaos({}, 'cid'), 404, 'app.not_found');
    for (const at of ['crane-opa', '0----crane-platform', 'opa', 'f'.repeat(64)])
      problemOf(await chaos({}, 'bob', `/api/v1/apps/${at}`), 404, 'app.not_found');
    for (const service of ['opa', 'crane-traefik', 'crane-shop-1-web-1-1', '../opa', 'f'.repeat(64)])
      problemOf(await chaos({ service }), 404, 'service.not_found');
    for (const change of [
      { kind: 'stop-prometheus' },
      { kind: 'kill-engine' },
      { forMs: 86_400_000 },
      { forMs: 1e18 },
      { instance: 'crane-opa' },
      { container: 'f'.repeat(64) },
    ])
      problemOf(await chaos(change), 422, 'input.invalid');
    assert.equal(store.operations.listOpen().length, 0);
  });

  it('S88 a thousand deployments at once: some are taken, the others are told to wait, and nobody else waits', async (test) => {
    const made = await testApi(test, {}, memoryStore(test));
    const asking = await listen(test, made);
    const [flood, other] = [asking(64), asking(1)];
    let isOver = false;
    const counts = new Map<number, number>();
    const deploy = async (n: number): Promise<void> => {
      const payload = { name: `app${n}`, files: [{ path: 'compose.yaml', text: composeText }] };
      const answer = await flood('bob', '/api/v1/apps', payload);
      if (answer.status === 429) assert.match(String(answer.headers.get('retry-after')), /^\d+$/);
      await answer.text();
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
    };
    const all = Promise.all(Array.from({ length: 1_000 }, (_, n) => deploy(n))).then(() => (isOver = true));
    for (let n = 0; n < 20; n += 1) {
      const answer = await other('cid', '/api/v1/apps');
      assert.equal(answer.status, 200);
      await answer.text();
    }
    assert.equal(isOver, false, 'cid was answered twenty times before bob was answered a thousand times');
    await all;
    const taken = counts.get(202) ?? 0;
    assert.ok(taken > 0 && taken <= 200, `${taken} were taken`);
    assert.equal(taken + (counts.get(429) ?? 0) + (counts.get(403) ?? 0), 1_000, JSON.stringify([...counts]));
    assert.equal(made.store.apps.list({ kind: 'all' }).length, taken);
    const mine = await other('cid', '/api/v1/apps', {
      name: 'mine',
      files: [{ path: 'c.yaml', text: composeText }],
    });
    assert.equal(mine.status, 202, await mine.text());
  });

  it('S88 streams by the thousand: no more than a person needs, and room for the others', async (test) => {
    const made = await shop(test);
    const ask = (await listen(test, made))(200);
    const gone = new AbortController();
    const open = await Promise.all(
      Array.from({ length: 100 }, () => ask('bob', '/api/v1/events', undefined, gone.signal)),
    );
    assert.ok(open.every(({ status }) => status === 200));
    for (const path of [
      '/api/v1/events',
      '/api/v1/inbox/events',
      `${app}/stats?follow=true`,
      `${app}/logs?follow=true`,
    ]) {
      const answer = await made.call('bob', 'GET', path, { headers: { accept: 'text/event-stream' } });
      problemOf(answer, 429, 'session.limit');
    }
    for (let n = 0; n < 900; n += 1)
      assert.equal((await made.call('bob', 'GET', '/api/v1/events')).statusCode, 429);
    const other = await ask('cid', '/api/v1/events', undefined, gone.signal);
    assert.equal(other.status, 200);
    gone.abort();
    await waitForRoom(async () => {
      const again = new AbortController();
      const { status } = await ask('bob', '/api/v1/events', undefined, again.signal);
      again.abort();
      return status === 200;
    });
  });
});

describe('what went wrong inside', () => {
  const secret =
    'SQLITE_ERROR: near "SELECT": syntax error at /root/.local/share/crane/crane.db with crane_token_abc';
  const leaks = /SQLITE|SELECT|\/root|\/work|\.ts:|\.js:|node:internal|crane_token|at Object|\bat async/;

  it('S90 is told to nobody: no stack, no SQL, no path, no secret', async (test) => {
    const made = await shop(test);
    const { call, world, store } = made;
    const failing = await testApi(test, {
      policy: { ...world.policy, decideAccess: async () => Promise.reject(new Error(secret)) },
    });
    const answers = [
      await failing.call('bob', 'GET', '/api/v1/apps'),
      await failing.call('ada', 'GET', '/api/v1/users'),
      await failing.call('bob', 'POST', '/api/v1/apps', { payload: {} }),
    ];
    store.close();
    for (const path of ['/api/v1/me', '/api/v1/apps', app, `${app}/releases`, '/api/v1/decisions'])
      answers.push(await call('bob', 'GET', path));
    for (const answer of answers) {
      assert.equal(answer.statusCode, 500, answer.body);
      problemOf(answer, 500, 'internal');
      assert.doesNotMatch(answer.body + JSON.stringify(answer.headers), leaks);
    }
    assert.ok(
      failing.logged.some(({ facts }) => String(facts['error']).includes('SQLITE')),
      'the log has it',
    );
  });

  it('S90 has no door beside: metrics, debugging, source maps, sources', async (test) => {
    const pages = tempFolder(test);
    mkdirSync(join(pages, 'assets'));
    for (const [path, text] of Object.entries({
      'index.html': '<!doctype html><title>Crane</title>',
      'assets/index.js': '1',
      'assets/index.js.map': secret,
      '.built-from': secret,
      'package.json': secret,
    }))
      writeFileSync(join(pages, path), text);
    const { store } = tempStore(test);
    const api = createApi({ deps: fakeActionDeps(store), log: recordingLog().log, version: '1', pages });
    test.after(async () => api.close());
    for (const url of [
      '/metrics',
      '/debug',
      '/debug/pprof/',
      '/debug/vars',
      '/json/version',
      '/assets/index.js.map',
      '/index.js.map',
      '/.built-from',
      '/package.json',
      '/assets/../package.json',
      '/assets/..%2fpackage.json',
      '/.git/config',
      '/src/main.ts',
      '/.env',
      '/api/v1/debug',
      '/internal/discovery',
    ]) {
      const plain = await api.inject({ url });
      assert.match(String(plain.statusCode), /^40[0134]$/, url);
      const page = await api.inject({ url, headers: { accept: 'text/html' } });
      assert.doesNotMatch(plain.body + page.body, leaks, url);
    }
    assert.equal(
      (await api.inject({ url: '/assets/index.js' })).body,
      '1',
      'the pages themselves are served',
    );
  });
});

async function waitForRoom(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}
