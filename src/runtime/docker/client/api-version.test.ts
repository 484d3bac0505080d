import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chooseApiVersion, isAtLeast } from './api-version.ts';

for (const [theirs, ours] of [
  ['1.41', '1.41'],
  ['1.47', '1.47'],
  ['1.52', '1.52'],
  ['1.60', '1.52'],
  ['2.1', '1.52'],
] as const)
  it(`speaks ${ours} with an engine of ${theirs}`, () => assert.equal(chooseApiVersion(theirs), ours));

for (const theirs of ['1.40', '1.9', '', 'latest', null])
  it(`refuses an engine of ${theirs}, naming both`, () => {
    assert.throws(() => chooseApiVersion(theirs), {
      code: 'engine.unsupported',
      message: /Crane needs 1\.41 to 1\.52/,
    });
  });

it('compares numbers, not texts', () => {
  assert.equal(isAtLeast('1.100', '1.44'), true);
  assert.equal(isAtLeast('1.9', '1.44'), false);
});
