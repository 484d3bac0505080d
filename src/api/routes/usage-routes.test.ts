import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { someReading } from '../../../test/factories/core-values.ts';
import { createMemoryHistory } from '../../observe/memory/create-memory-history.ts';
import { deployedApp, portOf, testApi } from '../../../test/factories/test-api.ts';
import { historySchema } from '../schema/history-schema.ts';
import { usageReportSchema } from '../schema/usage-schema.ts';

const { instance, service, release, slot, restarts } = someReading({ slot: 2 });
const missing = { instance, service, release, slot, restarts, kind: 'missing', reason: 'late' } as const;

describe('what an app uses', () => {
  it('is told for each instance, in order, with percentages of its limits', async (test) => {
    const usage = { instances: [missing, someReading()], services: [] };
    const { store, bob, world, call } = await testApi(test, { usage });
    deployedApp(store, bob);
    const report = usageReportSchema.parse((await call('bob', 'GET', '/api/v1/apps/shop/stats')).json());
    assert.equal(report.at, world.now);
    const [first, second] = report.instances;
    assert.deepEqual([first?.instance, first?.missing], ['web-1-1', null]);
    assert.deepEqual([first?.usage?.cpuPercent, first?.usage?.memoryPercent], [50, 25]);
    assert.deepEqual([second?.instance, second?.usage, second?.missing], ['web-1-2', null, 'late']);
  });

  it('comes again and again in a stream, which ends with the app', async (test) => {
    const { api, store, bob, world } = await testApi(test, {
      usage: { instances: [someReading()], services: [] },
    });
    const app = deployedApp(store, bob);
    await api.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${portOf(api)}/api/v1/apps/shop-1/stats?follow=true`;
    const answer = await fetch(url, { headers: { authorization: 'Bearer crane_bob' } });
    let text = '';
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (!text.includes('event: usage')) continue;
      world.usage = { instances: [], services: [] };
      if (text.includes('"instances":[]')) store.apps.remove(app.id);
    }
    assert.match(text, /event: usage\ndata: \{"at":\d+,"instances":\[\{"instance":"web-1-1"/);
    assert.match(text, /"instances":\[\]/);
  });
});

describe('the history of an app', () => {
  it('has a value or null at each of its times, and what nobody measured is left out', async (test) => {
    const history = createMemoryHistory();
    history.set('shop-1', {
      service: 'web',
      name: 'requestsPerSecond',
      at: (time) => (time % 2000 ? null : 7),
    });
    const { store, bob, world, call } = await testApi(test, { history });
    deployedApp(store, bob);
    const answer = await call('bob', 'GET', '/api/v1/apps/shop/history?minutes=1');
    const { times, series, stepMs } = historySchema.parse(answer.json());
    assert.deepEqual([times.length, times.at(-1), stepMs], [61, world.now, 1000]);
    assert.deepEqual(
      series.map(({ service, name, values }) => [service, name, values.slice(0, 3)]),
      [['web', 'requestsPerSecond', [7, null, 7]]],
    );
  });

  it('refuses more than two weeks', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    assert.equal((await call('bob', 'GET', '/api/v1/apps/shop/history?minutes=99999')).statusCode, 422);
  });
});
