import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { someDecision } from '../../../test/factories/core-values.ts';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';
import type { Lab } from '../../core/lab/lab.ts';

const lab: Lab = {
  id: 'small',
  title: 'A small lab',
  level: 1,
  minutes: 5,
  summary: 'Scale out, and say to how many.',
  lesson: 'That was {app}.',
  steps: [
    {
      id: 'out',
      title: 'Scale out',
      text: 'Scale {app} out.',
      hints: ['First hint', 'Second hint'],
      goal: { find: 'decisions', where: { verdict: 'scale-out' }, atLeast: 1 },
    },
    {
      id: 'many',
      title: 'How many?',
      text: 'Answer with the number.',
      hints: [],
      goal: { answer: { find: 'decisions', where: { verdict: 'scale-out' }, field: 'to' } },
    },
  ],
};
const stepsOf = (body: Record<string, unknown>) => Object(body)['steps'];

describe('labs', () => {
  it('are begun, ticked by what happened since, and remembered', async (test) => {
    const { call, store, bob, world } = await testApi(test, { labs: [lab] });
    deployedApp(store, bob);
    store.decisions.record(someDecision({ at: world.now - 1 }));
    const [listed] = itemsOf(await call('bob', 'GET', '/api/v1/labs'));
    assert.deepEqual([listed?.['passed'], listed?.['steps'], listed?.['startedAt']], [0, 2, null]);
    const begun = await call('bob', 'POST', '/api/v1/labs/small/start');
    assert.equal(begun.statusCode, 201, begun.body);
    assert.equal(stepsOf(bodyOf(begun))[0].passedAt, null, 'what was before does not count');
    store.decisions.record(someDecision({ at: world.now + 5 }));
    world.now += 10;
    const seen = bodyOf(await call('bob', 'GET', '/api/v1/labs/small'));
    assert.equal(stepsOf(seen)[0].passedAt, world.now);
    assert.equal(stepsOf(seen)[0].text, 'Scale shop-1 out.');
    world.now += 10;
    const later = bodyOf(await call('bob', 'GET', '/api/v1/labs/small'));
    assert.equal(stepsOf(later)[0].passedAt, world.now - 10, 'once met is met');
    assert.equal(later['lesson'], null);
  });

  it('ask questions that only the right answer passes, and end with the lesson', async (test) => {
    const { call, store, bob, world } = await testApi(test, { labs: [lab] });
    deployedApp(store, bob);
    const answer = async (text: string) =>
      call('bob', 'POST', '/api/v1/labs/small/steps/many/answer', { payload: { answer: text } });
    problemOf(await answer('3'), 409, 'lab.not_begun');
    await call('bob', 'POST', '/api/v1/labs/small/start');
    problemOf(await answer('3'), 422, 'input.invalid');
    store.decisions.record(someDecision({ at: world.now }));
    assert.equal(bodyOf(await answer('2'))['verdict'], 'wrong');
    const right = bodyOf(await answer('3'));
    assert.deepEqual([right['verdict'], right['lesson']], ['right', 'That was shop-1.']);
    const no = { payload: { answer: '3' } };
    problemOf(await call('bob', 'POST', '/api/v1/labs/small/steps/out/answer', no), 422, 'input.invalid');
  });

  it('give hints one by one', async (test) => {
    const { call } = await testApi(test, { labs: [lab] });
    await call('bob', 'POST', '/api/v1/labs/small/start');
    const hint = async (step: string) => call('bob', 'POST', `/api/v1/labs/small/steps/${step}/hint`);
    assert.deepEqual(stepsOf(bodyOf(await hint('out')))[0].hints, ['First hint']);
    assert.equal(stepsOf(bodyOf(await hint('out')))[0].hintsLeft, 0);
    problemOf(await hint('out'), 422, 'input.invalid');
    problemOf(await hint('none'), 404, 'lab.not_found');
    problemOf(await call('bob', 'GET', '/api/v1/labs/none'), 404, 'lab.not_found');
  });

  it('count only for who did them; admins see who is how far', async (test) => {
    const { call, store, bob, world } = await testApi(test, { labs: [lab] });
    deployedApp(store, bob);
    for (const who of ['bob', 'cid']) await call(who, 'POST', '/api/v1/labs/small/start');
    store.decisions.record(someDecision({ at: world.now }));
    for (const who of ['bob', 'cid']) await call(who, 'GET', '/api/v1/labs/small');
    problemOf(await call('bob', 'GET', '/api/v1/lab-board'), 403, 'auth.forbidden');
    const rows = itemsOf(await call('ada', 'GET', '/api/v1/lab-board'));
    assert.deepEqual(
      rows.map(({ person, passed, steps, hints }) => [person, passed, steps, hints]),
      [
        ['bob', 1, 2, 0],
        ['cid', 0, 2, 0],
      ],
    );
    await call('bob', 'POST', '/api/v1/labs/small/start');
    const again = itemsOf(await call('ada', 'GET', '/api/v1/lab-board'));
    assert.deepEqual(again.length, 2, 'of each person and lab the newest try counts');
  });
});
