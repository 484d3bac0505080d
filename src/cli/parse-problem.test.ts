import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProblem } from './parse-problem.ts';

test('a problem document keeps what is as it should be, and what it has further', () => {
  const problem = {
    status: 422,
    code: 'compose.invalid',
    detail: 7,
    exitCode: 2,
    errors: [{ place: 'compose.yaml:1:1', message: 'no' }, 'nonsense', { fix: 'Do it.' }],
    further: { a: 1 },
  };
  assert.deepEqual(parseProblem(problem), {
    status: 422,
    code: 'compose.invalid',
    exitCode: 2,
    errors: [
      { place: 'compose.yaml:1:1', message: 'no' },
      { message: '', fix: 'Do it.' },
    ],
    further: { a: 1 },
  });
});

test('nonsense is none, and an exit code that no shell knows is not taken', () => {
  for (const body of ['<html>', null, 7, []]) assert.equal(parseProblem(body), null);
  assert.deepEqual(parseProblem({ exitCode: 0, status: 'x', errors: {} }), {});
});
