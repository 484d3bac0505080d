import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { FakeWorld } from '../../../test/factories/action-deps.ts';
import { someInstance } from '../../../test/factories/core-values.ts';
import { deployedApp, itemsOf, problemOf, testApi, type TestApi } from '../../../test/factories/test-api.ts';
import { CraneError } from '../../core/error/crane-error.ts';

async function withInstances(test: TestContext, given: Partial<FakeWorld> = {}): Promise<TestApi> {
  const here = await testApi(test, given);
  const app = deployedApp(here.store, here.bob).uniqueName;
  const ports = [{ port: 80, protocol: 'tcp' as const, address: '127.0.0.1', publishedPort: 8000 }];
  here.world.observed = [
    someInstance({ app, slot: 2, id: 'c2' }),
    someInstance({ app, ports }),
    someInstance({ app, slot: 3, id: 'c3', state: 'exited' }),
  ];
  return here;
}

describe('the processes of an app', () => {
  it('are those of each running instance, and one that stops meanwhile is left out', async (test) => {
    const processes = async (id: string) => {
      if (id === 'c2') throw new CraneError('instance.not_running', 'It does not run.');
      return { titles: ['PID', 'CMD'], processes: [['7', id]] };
    };
    const { call } = await withInstances(test, { runtime: { processes } });
    assert.deepEqual(itemsOf(await call('bob', 'GET', '/api/v1/apps/shop-1/processes?service=web')), [
      { instance: 'web-1-1', service: 'web', titles: ['PID', 'CMD'], processes: [['7', 'c1']] },
    ]);
  });

  it('are nobody else’s, and of a service that there is', async (test) => {
    const { call } = await withInstances(test);
    problemOf(await call('cid', 'GET', '/api/v1/apps/shop-1/processes'), 404, 'app.not_found');
    const wrong = await call('bob', 'GET', '/api/v1/apps/shop-1/processes?service=db');
    problemOf(wrong, 404, 'service.not_found');
  });
});

describe('the ports of an app', () => {
  it('are those that its running instances publish', async (test) => {
    const { call } = await withInstances(test);
    const item = { instance: 'web-1-1', service: 'web', port: 80, protocol: 'tcp' };
    const told = [{ ...item, address: '127.0.0.1', publishedPort: 8000 }];
    const ask = async (query: string) => call('bob', 'GET', `/api/v1/apps/shop-1/ports${query}`);
    assert.deepEqual(itemsOf(await ask('')), told);
    assert.deepEqual(itemsOf(await ask('?service=web&port=80&protocol=tcp')), told);
    assert.deepEqual(itemsOf(await ask('?port=81')), []);
    problemOf(await ask('?port=0'), 422, 'input.invalid');
    problemOf(await ask('?service=db'), 404, 'service.not_found');
    problemOf(await call('cid', 'GET', '/api/v1/apps/shop-1/ports'), 404, 'app.not_found');
  });
});

describe('a feed that ends', () => {
  it('tells what happened since a time, of what one may see, and says that it is the end', async (test) => {
    const { store, ada, bob, call } = await testApi(test);
    const append = (app: { id: number; uniqueName: string }, at: number, text: string) =>
      store.feed.append({ at, kind: 'app.scaled', appId: app.id, app: app.uniqueName, text, data: {} });
    const shop = deployedApp(store, bob);
    append(shop, 1_000, 'early');
    append(shop, 2_000, 'at that time');
    append(store.apps.create({ name: 'hidden', ownerId: ada.id, at: 1 }), 2_500, 'not yours');
    append(shop, 3_000, 'late');
    const read = async (query: string, headers = {}) => {
      const { body } = await call('bob', 'GET', `/api/v1/events?follow=false${query}`, { headers });
      assert.match(body, /event: end\ndata: \{\}\n\n$/);
      return [...body.matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text);
    };
    assert.deepEqual(await read('&sinceMs=2000'), ['at that time', 'late']);
    assert.deepEqual(await read('', { 'last-event-id': '0' }), ['early', 'at that time', 'late']);
    assert.deepEqual(await read(''), []);
    problemOf(await call('bob', 'GET', '/api/v1/events?follow=false&sinceMs=x'), 422, 'input.invalid');
  });
});

describe('the events of an operation', () => {
  it('go on after the last one that was seen, and end with the operation', async (test) => {
    const { store, bob, call } = await testApi(test);
    const { id: appId } = deployedApp(store, bob);
    store.operations.create({ id: 'op-1', kind: 'deploy', appId, userId: bob.id, at: 1, input: {} });
    for (const text of ['one', 'two', 'three'])
      store.operations.appendEvent({
        operationId: 'op-1',
        at: 2,
        step: 's',
        state: 'progress',
        text,
        data: {},
      });
    store.operations.update('op-1', { status: 'succeeded', endedAt: 3 });
    const read = async (headers = {}) => {
      const { body } = await call('bob', 'GET', '/api/v1/operations/op-1/events', { headers });
      assert.match(body, /event: end\ndata: .*"status":"succeeded"/);
      return [...body.matchAll(/id: (\d+)\nevent: step\ndata: .*"text":"([^"]*)"/g)].map(([, id, text]) => [
        id,
        text,
      ]);
    };
    const all = await read();
    assert.deepEqual(
      all.map(([, text]) => text),
      ['one', 'two', 'three'],
    );
    assert.deepEqual(await read({ 'last-event-id': String(all[1]?.[0]) }), all.slice(2));
    assert.deepEqual(await read({ 'last-event-id': String(all[2]?.[0]) }), []);
  });
});

describe('a window of the logs', () => {
  async function withLines(test: TestContext) {
    const here = await withInstances(test);
    here.world.lines = [1, 2, 2, 3, 4].map((at, index) => ({
      instance: 'web-1-1',
      stream: 'stdout',
      at,
      text: `line ${index}`,
    }));
    const ask = async (query: string) => here.call('bob', 'GET', `/api/v1/apps/shop-1/logs${query}`);
    return {
      ask,
      texts: async (query: string): Promise<unknown[]> => {
        const lines: { text: string }[] = (await ask(query)).json();
        return lines.map(({ text }) => text);
      },
    };
  }

  it('ends with the lines of the time that is named', async (test) => {
    const { ask, texts } = await withLines(test);
    assert.deepEqual(await texts('?untilMs=2'), ['line 0', 'line 1', 'line 2']);
    assert.deepEqual(await texts('?untilMs=0'), []);
    problemOf(await ask('?untilMs=2&follow=true'), 422, 'input.invalid');
  });

  it('goes on after the lines that were read, also between two of the same time', async (test) => {
    const { ask, texts } = await withLines(test);
    assert.deepEqual(await texts('?after=web-1-1@2%2B1'), ['line 2', 'line 3', 'line 4']);
    assert.deepEqual(await texts('?after=web-1-1@2%2B2&untilMs=3'), ['line 3']);
    assert.equal((await texts('?after=web-1-9@4%2B1')).length, 5);
    for (const bad of ['web-1-1', 'web-1-1@x%2B1', ','])
      problemOf(await ask(`?after=${bad}`), 422, 'input.invalid');
  });
});
