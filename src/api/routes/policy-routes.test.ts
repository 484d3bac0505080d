import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { deployedApp, problemOf, testApi, type TestApi } from '../../../test/factories/test-api.ts';

const saved = z.looseObject({ number: z.number(), revision: z.string(), isActive: z.boolean() });
const state = z.looseObject({
  source: z.string(),
  number: z.number().nullable(),
  revision: z.string().nullable(),
  isResting: z.boolean(),
});
const platform = '/api/v1/policies/scaling';
const own = '/api/v1/apps/shop-1/policies/scaling';
const draft = (text: string): { files: { path: string; text: string }[]; note: string } => ({
  files: [{ path: 'scaling/scaling.rego', text }],
  note: 'why',
});
const rules = (body = ''): string => `package crane.scaling\n\n${body}\n`;
type Caller = 'ada' | 'bob';

async function shop(test: Parameters<typeof testApi>[0]): Promise<TestApi> {
  const given = await testApi(test);
  deployedApp(given.store, given.bob);
  return given;
}

async function save(api: TestApi, as: Caller, base: string, text: string): Promise<number> {
  const answer = await api.call(as, 'POST', `${base}/revisions`, { payload: draft(text) });
  assert.equal(answer.statusCode, 201, answer.body);
  return saved.parse(answer.json()).number;
}

async function activate(api: TestApi, as: Caller, base: string, number: number): Promise<void> {
  const payload = { number, note: 'now' };
  const answer = await api.call(as, 'POST', `${base}/revisions:activate`, { payload });
  assert.equal(answer.statusCode, 200, answer.body);
}

const stateOf = async (api: TestApi, base: string): Promise<z.infer<typeof state>> =>
  state.parse((await api.call('bob', 'GET', base)).json());

describe('policies of people', () => {
  it('decide once they are activated: the app before the platform, the platform before what is shipped', async (test) => {
    const api = await shop(test);
    assert.equal((await stateOf(api, own)).source, 'shipped');
    await activate(api, 'ada', platform, await save(api, 'ada', platform, rules('a := 1')));
    assert.deepEqual((await stateOf(api, own)).source, 'platform');
    const number = await save(api, 'bob', own, rules('a := 2'));
    assert.equal((await stateOf(api, own)).source, 'platform', 'saving decides nothing');
    await activate(api, 'bob', own, number);
    const { source, revision } = await stateOf(api, own);
    assert.equal(source, 'app');
    assert.match(api.store.policies.text('scaling', revision ?? '')?.rego ?? '', /a := 2/);
    const event = api.store.feed
      .since({ kind: 'all' }, 0, 1000)
      .findLast(({ kind }) => kind === 'policy.changed');
    assert.equal(event?.text, 'scaling policy: revision 1 by bob (now)');
  });

  it('go back to what was before the last change, to a number, or to none of their own', async (test) => {
    const api = await shop(test);
    for (const text of ['a := 1', 'a := 2'])
      await activate(api, 'bob', own, await save(api, 'bob', own, rules(text)));
    const back = async (payload: object): Promise<number | null> =>
      state.parse((await api.call('bob', 'POST', `${own}/revisions:rollback`, { payload })).json()).number;
    assert.equal(await back({}), 1);
    assert.equal(await back({}), 2);
    assert.equal(await back({ number: 0 }), null);
    assert.equal((await stateOf(api, own)).source, 'shipped');
    const never = await api.call('bob', 'POST', `${own}/revisions:rollback`, { payload: { number: 9 } });
    problemOf(never, 404, 'policy.not_found');
  });

  it('are not stored when they are no good, each problem with its place', async (test) => {
    const api = await shop(test);
    const payload = draft(rules('x := http.send({})\n\ny := data.system'));
    const answer = await api.call('bob', 'POST', `${own}/revisions`, { payload });
    const problem = problemOf(answer, 422, 'policy.invalid');
    assert.deepEqual(
      problem.errors?.map(({ message }) => message.split(' ')[0]),
      ['scaling/scaling.rego:3:6', 'scaling/scaling.rego:5:6'],
    );
    assert.deepEqual(api.store.policies.list({ appId: 1, kind: 'scaling' }), []);
  });

  it('leave the old one in force when a test fails', async (test) => {
    const api = await shop(test);
    const number = await save(api, 'bob', own, rules('# failing'));
    const payload = { number };
    const answer = await api.call('bob', 'POST', `${own}/revisions:activate`, { payload });
    problemOf(answer, 422, 'policy.invalid');
    assert.equal((await stateOf(api, own)).source, 'shipped');
  });

  it('are too large beyond 256 kB', async (test) => {
    const api = await shop(test);
    const payload = draft(rules(`# ${'x'.repeat(200_000)}`));
    payload.files.push({ path: 'scaling/scaling_test.rego', text: 'y'.repeat(100_000) });
    const answer = await api.call('bob', 'POST', `${own}/revisions`, { payload });
    problemOf(answer, 422, 'input.invalid');
  });

  it('of the platform are for admins, of an app for its owner', async (test) => {
    const api = await shop(test);
    const denied = await api.call('bob', 'POST', `${platform}/revisions`, { payload: draft(rules()) });
    problemOf(denied, 403, 'auth.forbidden');
    const bounds = { isOwnAllowed: { scaling: true, healing: true }, mostAtOnce: 1, quickReplacements: 0 };
    const change = await api.call('bob', 'PUT', '/api/v1/policy-bounds', { payload: bounds });
    problemOf(change, 403, 'auth.forbidden');
    deployedApp(api.store, api.ada);
    const foreign = await api.call('bob', 'GET', '/api/v1/apps/2/policies/scaling');
    problemOf(foreign, 404, 'app.not_found');
  });

  it('of apps rest while an admin does not let owners have any', async (test) => {
    const api = await shop(test);
    await activate(api, 'bob', own, await save(api, 'bob', own, rules('a := 2')));
    const payload = {
      isOwnAllowed: { scaling: false, healing: true },
      mostAtOnce: null,
      quickReplacements: 3,
    };
    const answer = await api.call('ada', 'PUT', '/api/v1/policy-bounds', { payload });
    assert.equal(answer.statusCode, 200, answer.body);
    const { source, isResting } = await stateOf(api, own);
    assert.deepEqual([source, isResting], ['shipped', true]);
    const again = await api.call('bob', 'POST', `${own}/revisions:activate`, { payload: { number: 1 } });
    problemOf(again, 403, 'auth.forbidden');
  });
});
