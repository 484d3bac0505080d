import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noLabRecords as none } from '../../../test/factories/core-values.ts';
import { isGoalMet, judgeAnswer } from './judge-goal.ts';
import type { LabGoal, LabWhere } from './lab.ts';
import { recordKinds, type LabRecords } from './lab-records.ts';

const decisions = (...records: Record<string, unknown>[]): LabRecords => ({ ...none, decisions: records });

describe('a goal', () => {
  it('is met by one record that matches in everything, and by as many as it asks for', () => {
    const goal: LabGoal = { find: 'decisions', where: { trigger: 'alert', to: { min: 2 } }, atLeast: 1 };
    assert.equal(isGoalMet(goal, none), false);
    assert.equal(isGoalMet(goal, decisions({ trigger: 'alert', to: 1 }, { trigger: 'loop', to: 3 })), false);
    const met = { trigger: 'alert', to: 2 };
    assert.equal(isGoalMet(goal, decisions(met)), true);
    assert.equal(isGoalMet({ ...goal, atLeast: 2 }, decisions(met)), false);
    assert.equal(isGoalMet({ ...goal, atLeast: 2 }, decisions(met, met)), true);
  });

  it('looks into what records hold, through lists too', () => {
    const has = (where: LabWhere, record: Record<string, unknown>) =>
      isGoalMet({ find: 'decisions', where, atLeast: 1 }, decisions(record));
    assert.equal(has({ 'clamps.bound': 'max' }, { clamps: [{ bound: 'min' }, { bound: 'max' }] }), true);
    assert.equal(has({ 'clamps.bound': 'max' }, { clamps: [] }), false);
    assert.equal(has({ 'a.b': { exists: true } }, { a: { b: 0 } }), true);
    assert.equal(has({ 'a.b': { exists: true } }, { a: { b: null } }), false);
    assert.equal(has({ 'a.b': { exists: false } }, { a: {} }), true);
    assert.equal(has({ a: { oneOf: ['x', null] } }, { a: null }), true);
    assert.equal(has({ a: { max: 3 } }, { a: 'many' }), false);
    assert.equal(has({ 'a.constructor': { exists: true } }, { a: {} }), false);
  });

  it('is never met by nothing, whatever it looks for', () => {
    for (const find of recordKinds)
      assert.equal(isGoalMet({ find, where: {}, atLeast: 1 }, none), false, find);
  });
});

describe('an answer', () => {
  const goal: LabGoal = { answer: { find: 'decisions', where: { verdict: 'hold' }, field: 'clamps.bound' } };

  it('is compared with what was recorded', () => {
    const records = decisions(
      { verdict: 'hold', clamps: [{ bound: 'max' }] },
      { verdict: 'scale-out', clamps: [{ bound: 'min' }] },
    );
    assert.equal(judgeAnswer(goal, records, ' MAX '), 'right');
    assert.equal(judgeAnswer(goal, records, 'min'), 'wrong');
    assert.equal(judgeAnswer(goal, none, 'max'), 'unknown');
  });

  it('may round a number, and is no number when it is none', () => {
    const number: LabGoal = { answer: { find: 'decisions', where: {}, field: 'value' } };
    const records = decisions({ value: 100 });
    assert.equal(judgeAnswer(number, records, '96'), 'right');
    assert.equal(judgeAnswer(number, records, '94'), 'wrong');
    for (const wrong of ['', 'a hundred', '1e999'])
      assert.equal(judgeAnswer(number, records, wrong), 'wrong', wrong);
    assert.equal(judgeAnswer(number, decisions({ value: 0 }), ''), 'wrong');
  });

  it('is not what a goal of doing waits for', () => {
    assert.equal(judgeAnswer({ find: 'decisions', where: {}, atLeast: 1 }, decisions({}), 'x'), 'unknown');
  });
});
