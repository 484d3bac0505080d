import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { someScalingQuestion } from '../../policy/policy-contract.ts';
import { someDecision } from '../../../test/factories/core-values.ts';
import { bodyOf, deployedApp, problemOf, testApi, type TestApi } from '../../../test/factories/test-api.ts';
import type { Decision } from '../../core/decision/decision.ts';

const outcome = z.looseObject({ wish: z.string(), to: z.number().nullable() });
const replayShape = z.looseObject({
  isSame: z.boolean(),
  differences: z.array(z.string()),
  recorded: outcome,
  replayed: outcome,
});

async function shop(test: Parameters<typeof testApi>[0]): Promise<TestApi> {
  const given = await testApi(test);
  deployedApp(given.store, given.bob);
  return given;
}

/** A decision as the loop makes it, by the policy of the test. */
async function recorded({ world, store }: TestApi, change: Partial<Decision> = {}): Promise<Decision> {
  const question = { ...someScalingQuestion(), app: 'shop-1', service: 'web' };
  const answer = await world.policy.decideScaling(question);
  const decision = someDecision({
    question,
    answer,
    reason: answer.reason,
    policyRevision: answer.policyRevision,
    steering: null,
    ...change,
  });
  store.decisions.record(decision);
  return decision;
}

describe('replays', () => {
  it('give the recorded verdict again, and another one for another input', async (test) => {
    const api = await shop(test);
    const { id, answer } = await recorded(api);
    const url = `/api/v1/decisions/${id}/replay`;
    const same = await api.call('bob', 'POST', url, { payload: {} });
    assert.equal(same.statusCode, 200, same.body);
    assert.equal(replayShape.parse(same.json()).isSame, true);
    const set = { 'signals.requestsPerSecond.value': 0.001 };
    const other = replayShape.parse((await api.call('bob', 'POST', url, { payload: { set } })).json());
    assert.equal(other.isSame, false);
    assert.equal(other.recorded.wish, String(answer !== null && 'target' in answer && answer.target));
    problemOf(await api.call('bob', 'POST', url, { payload: { set: { nothing: 1 } } }), 422, 'input.invalid');
    problemOf(await api.call('cid', 'POST', url, { payload: {} }), 404, 'decision.not_found');
    assert.equal(api.store.targets.get(1, 'web')?.replicas, 2);
  });

  it('count what would be different', async (test) => {
    const api = await shop(test);
    await recorded(api, { id: 'd-1' });
    await recorded(api, {
      id: 'd-2',
      answer: { target: 9, reason: 'other', perSignal: {}, policyRevision: 'x' },
    });
    api.store.decisions.record(someDecision({ id: 'd-3', question: null, answer: null }));
    const url = '/api/v1/decisions:replay';
    const report = bodyOf(await api.call('bob', 'POST', url, { payload: { app: 'shop-1' } }));
    assert.deepEqual([report['replayed'], report['same'], report['differ']], [2, 1, 1]);
    assert.deepEqual(bodyOf(await api.call('cid', 'POST', url, { payload: {} }))['replayed'], 0);
  });

  it('say so while the policy engine is down', async (test) => {
    const api = await shop(test);
    const { id } = await recorded(api);
    api.world.policy.fail('policy.unavailable');
    problemOf(
      await api.call('bob', 'POST', `/api/v1/decisions/${id}/replay`, { payload: {} }),
      503,
      'policy.unavailable',
    );
  });
});

describe('simulations', () => {
  const url = '/api/v1/apps/shop-1/scale:simulate';
  const phases = [{ durationMs: 60_000, from: 0, to: 150 }];
  const shape = z.looseObject({
    service: z.string(),
    policyRevision: z.string(),
    summary: z.looseObject({ changes: z.number(), most: z.number() }),
    steps: z.array(z.looseObject({ atMs: z.number(), replicas: z.number() })),
  });

  it('walk a described load and change nothing', async (test) => {
    const { call, store } = await shop(test);
    const payload = { load: { kind: 'phases', phases }, replicas: 1 };
    const answer = await call('bob', 'POST', url, { payload });
    assert.equal(answer.statusCode, 200, answer.body);
    const { service, summary, steps, policyRevision } = shape.parse(answer.json());
    assert.deepEqual([service, policyRevision, summary.most, steps.length], ['web', 'memory', 3, 61]);
    assert.equal(store.targets.get(1, 'web')?.replicas, 2);
    assert.equal(
      store.decisions.list({ kind: 'all' }, { appId: 1 }, { limit: 9, cursor: null }).items.length,
      0,
    );
  });

  it('walk what was recorded', async (test) => {
    const { call, world } = await shop(test);
    world.recorded = [0, 1_000, 2_000].map((ms) => ({ at: world.now - 60_000 + ms, value: 140 }));
    const payload = { load: { kind: 'recorded', lastMs: 60_000 }, replicas: 1 };
    const { summary } = shape.parse((await call('bob', 'POST', url, { payload })).json());
    assert.deepEqual([summary.changes, summary.most], [1, 3]);
  });

  it('are refused without a target, a length, or the right', async (test) => {
    const { call } = await shop(test);
    const post = async (who: string, load: object, more: object = {}) =>
      call(who, 'POST', url, { payload: { load, ...more } });
    const pointer = async (load: object, more: object = {}): Promise<unknown> =>
      problemOf(await post('bob', load, more), 422, 'input.invalid').errors?.[0]?.pointer;
    assert.equal(await pointer({ kind: 'phases', signal: 'p95Ms', phases }), '/load/signal');
    assert.equal(await pointer({ kind: 'phases', phases: [{ durationMs: 0, from: 1, to: 1 }] }), '/load');
    problemOf(await post('bob', { kind: 'phases', phases }, { service: 'db' }), 404, 'service.not_found');
    problemOf(await post('cid', { kind: 'phases', phases }), 404, 'app.not_found');
  });
});
