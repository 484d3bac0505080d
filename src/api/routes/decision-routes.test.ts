import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, deployedApp, itemsOf, testApi } from '../../../test/factories/test-api.ts';
import { someAlert, someDecision } from '../../../test/factories/core-values.ts';

describe('decisions', () => {
  it('are listed, filtered and paged', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    for (const at of [1, 2, 3]) store.decisions.record(someDecision({ at }));
    store.decisions.record(someDecision({ at: 4, verdict: 'hold' }));
    const list = async (query: string) => call('bob', 'GET', `/api/v1/decisions?${query}`);
    const first = await list('app=shop-1&service=web&onlyChanges=true&limit=2');
    assert.deepEqual(
      itemsOf(first).map(({ at }) => at),
      [3, 2],
    );
    const cursor = String(bodyOf(first)['nextCursor']);
    const second = await list(`onlyChanges=true&limit=2&cursor=${cursor}`);
    assert.deepEqual(
      itemsOf(second).map(({ at }) => at),
      [1],
    );
    assert.equal(bodyOf(second)['nextCursor'], null);
    assert.deepEqual(itemsOf(await list('service=db')), []);
    const [shown] = itemsOf(first);
    const { id, app, trigger, verdict, from, to, bounds, policyRevision } = shown ?? {};
    assert.deepEqual(
      { id, app, trigger, verdict, from, to, bounds, policyRevision },
      {
        id: 'd-3',
        app: 'shop-1',
        trigger: 'alert',
        verdict: 'scale-out',
        from: 1,
        to: 3,
        bounds: { min: 1, max: 3 },
        policyRevision: 'r1',
      },
    );
  });

  it('are explained', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    store.decisions.record(someDecision());
    const answer = await call('bob', 'GET', '/api/v1/decisions/d-10000');
    assert.equal(answer.statusCode, 200, answer.body);
    const { decision, sentence, parts } = answer.json();
    assert.equal(decision.id, 'd-10000');
    assert.match(sentence, /shop-1\/web from 1 to 3/);
    assert.deepEqual(Object.keys(parts), ['signal', 'alert', 'policy', 'bound', 'effect']);
    assert.equal(parts.policy.data.output.target, 4);
  });
});

describe('alerts', () => {
  it('are shown to an admin, and to the owner of their app', async (test) => {
    const { store, bob, call } = await testApi(test);
    deployedApp(store, bob);
    store.alerts.receive(someAlert({ startsAt: 1 }), 10);
    for (let startsAt = 2; startsAt < 9; startsAt += 1) {
      store.alerts.receive(someAlert({ startsAt, labels: { app: 'other-9', service: 'web' } }), 10);
    }
    store.alerts.receive(someAlert({ startsAt: 9 }), 10);
    const list = async (who: string, query = '') => call(who, 'GET', `/api/v1/alerts${query}`);
    assert.equal(itemsOf(await list('ada')).length, 9);
    assert.equal(itemsOf(await list('cid')).length, 0);
    assert.deepEqual(
      itemsOf(await list('bob')).map(({ id }) => id),
      [9, 1],
    );
    const first = await list('bob', '?limit=1');
    assert.deepEqual(
      itemsOf(first).map(({ id }) => id),
      [9],
    );
    const second = await list('bob', `?limit=1&cursor=${String(bodyOf(first)['nextCursor'])}`);
    assert.deepEqual(
      itemsOf(second).map(({ id }) => id),
      [1],
    );
  });
});
