import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createSeal } from './seal.ts';

const [one, two] = [randomBytes(32), randomBytes(32)];

describe('createSeal', () => {
  it('gives back any text, and shows nothing of it', () => {
    const seal = createSeal([one]);
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (text) => {
        const sealed = seal.seal(text, 'place');
        assert.equal(seal.open(sealed, 'place'), text);
        assert.ok(!sealed.includes(text));
        assert.notEqual(sealed, seal.seal(text, 'place'));
      }),
    );
  });

  it('opens nothing that was changed, sealed for another place, or with another key', () => {
    const sealed = createSeal([one]).seal('value', 'release 1');
    assert.throws(() => createSeal([two]).open(sealed, 'release 1'), { code: 'store.unavailable' });
    assert.throws(() => createSeal([one]).open(sealed, 'release 2'), { code: 'store.unavailable' });
    const last = sealed.at(-2) === 'A' ? 'B' : 'A';
    const changed = `${sealed.slice(0, -2)}${last}${sealed.slice(-1)}`;
    assert.throws(() => createSeal([one]).open(changed, 'release 1'), { code: 'store.unavailable' });
  });

  it('opens what an earlier key sealed, and knows that it is not the current one', () => {
    const old = createSeal([one]).seal('value', 'place');
    const rotated = createSeal([two, one]);
    assert.equal(rotated.open(old, 'place'), 'value');
    assert.equal(rotated.isCurrent(old), false);
    assert.equal(rotated.isCurrent(rotated.seal('value', 'place')), true);
  });

  it('leaves alone what was never sealed', () => {
    assert.equal(createSeal([one]).open('{"a":"b"}', 'place'), '{"a":"b"}');
  });
});
