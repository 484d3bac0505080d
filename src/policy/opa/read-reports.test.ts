import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readCheckReport, readTestReport } from './read-reports.ts';

const location = { file: '/draft/policies/scaling/scaling.rego', row: 3, col: 0 };

it('names the place of each error once, as file, line and column', () => {
  const error = { message: 'var x is unsafe', code: 'rego_unsafe_var_error', location };
  const text = JSON.stringify({ errors: [error, error, { message: 'no place', code: 'x' }] });
  assert.deepEqual(readCheckReport(text), ['scaling/scaling.rego:3:1 var x is unsafe', 'no place']);
  assert.deepEqual(readCheckReport('exec: out of\n\nmemory'), ['exec: out of', 'memory']);
});

it('counts tests; none, or one that fails, is no good', () => {
  const test = { package: 'data.crane.scaling_test', name: 'test_it', location };
  assert.deepEqual(readTestReport(0, JSON.stringify([test])), {
    isOk: true,
    passed: 1,
    failed: 0,
    problems: [],
  });
  assert.deepEqual(readTestReport(2, JSON.stringify([test, { ...test, fail: true }])), {
    isOk: false,
    passed: 1,
    failed: 1,
    problems: ['scaling/scaling.rego:3 data.crane.scaling_test.test_it failed'],
  });
  assert.equal(readTestReport(0, '[]')?.isOk, false);
  assert.equal(readTestReport(1, 'no report'), null);
});
