import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../error/crane-error.ts';
import { decideImage } from './decide-image.ts';
import { splitImageRef } from './image-ref.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const refusedWith = (code: string) => (thrown: unknown) =>
  thrown instanceof CraneError && thrown.code === code;

describe('an image reference', () => {
  for (const [ref, repository, tag, of] of [
    ['shop', 'shop', null, null],
    ['shop:2', 'shop', '2', null],
    ['docker.io/library/shop:2', 'shop', '2', null],
    ['host:5000/team/shop', 'host:5000/team/shop', null, null],
    [`host:5000/team/shop:2@${digest}`, 'host:5000/team/shop', '2', digest],
    [`shop@${digest}`, 'shop', null, digest],
  ] as const)
    it(`${ref.slice(0, 40)} is of ${repository}`, () => {
      const { name: _name, ...parts } = splitImageRef(ref);
      assert.deepEqual(parts, { repository, tag, digest: of });
    });
});

describe('the image that a hook brings', () => {
  it('is another version of what runs', () => {
    assert.equal(decideImage({ tag: '3' }, 'host:5000/shop:2', false), 'host:5000/shop:3');
    assert.equal(decideImage({ digest }, `host:5000/shop:2@${digest}`, false), `host:5000/shop@${digest}`);
    assert.equal(decideImage({ tag: '3' }, 'docker.io/library/shop:2', false), 'docker.io/library/shop:3');
    assert.equal(
      decideImage({ image: 'docker.io/library/shop:3' }, 'shop:2', false),
      'docker.io/library/shop:3',
    );
    assert.equal(decideImage({}, 'shop:2', false), 'shop:2');
  });

  it('is of another repository only when the hook was made for any', () => {
    for (const image of ['evil:1', 'host:5000/shop:2', 'shop/other', 'shopping:2'])
      assert.throws(() => decideImage({ image }, 'shop:2', false), refusedWith('auth.forbidden'));
    assert.equal(decideImage({ image: 'other:1' }, 'shop:2', true), 'other:1');
  });

  it('is said in one way', () => {
    assert.throws(
      () => decideImage({ image: 'shop:3', tag: '3' }, 'shop:2', false),
      refusedWith('input.invalid'),
    );
  });
});
