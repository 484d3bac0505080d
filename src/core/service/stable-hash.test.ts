import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { stableHash } from './stable-hash.ts';

it('does not depend on the order of keys', () => {
  assert.equal(stableHash({ a: 1, b: { c: 2, d: 3 } }), stableHash({ b: { d: 3, c: 2 }, a: 1 }));
});

it('differs when a value or the order of a list differs', () => {
  assert.notEqual(stableHash({ a: 1 }), stableHash({ a: 2 }));
  assert.notEqual(stableHash([1, 2]), stableHash([2, 1]));
});

it('is sixteen hex digits for any JSON', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => /^[0-9a-f]{16}$/.test(stableHash(value))));
});
