import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseBuilder } from './choose-builder.ts';

const old = { os: 'linux', apiVersion: '1.41' };
const recent = { os: 'linux', apiVersion: '1.44' };
const plain = { settings: [] };
const shared = { settings: ['shm_size'] };

describe('which builder builds', () => {
  it('is BuildKit, as with Docker Compose', () => {
    assert.equal(chooseBuilder('auto', old, plain), 'buildkit');
    assert.equal(chooseBuilder('auto', recent, shared), 'buildkit');
  });

  it('is the classic one where BuildKit of the engine would leave a setting out', () => {
    assert.equal(chooseBuilder('auto', old, shared), 'classic');
    assert.throws(() => chooseBuilder('buildkit', old, shared), { code: 'compose.unsupported' });
    assert.equal(chooseBuilder('buildkit', recent, shared), 'buildkit');
  });

  it('is the one that was asked for, and the classic one where there is no Linux', () => {
    assert.equal(chooseBuilder('classic', recent, plain), 'classic');
    assert.equal(chooseBuilder('auto', { ...recent, os: 'windows' }, plain), 'classic');
  });
});
