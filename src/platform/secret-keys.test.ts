import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openSecretKeys, rotateSecretKeys } from './secret-keys.ts';

function folderOf(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  test.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('the keys of secrets', () => {
  it('are made once, in a file that only its owner reads', (test) => {
    const folder = folderOf(test);
    const first = openSecretKeys(folder, undefined);
    assert.deepEqual(openSecretKeys(folder, undefined), first);
    assert.equal(statSync(join(folder, 'secret-keys')).mode & 0o777, 0o600);
    chmodSync(join(folder, 'secret-keys'), 0o644);
    assert.throws(() => openSecretKeys(folder, undefined), /can be read by others/);
  });

  it('come from the environment, several for a rotation, and weak ones are refused', (test) => {
    const [one, two] = [randomBytes(32), randomBytes(32)];
    const given = `${one.toString('base64')},${two.toString('base64url')}`;
    const { keys, isGiven } = openSecretKeys(folderOf(test), given);
    assert.deepEqual(keys, [one, two]);
    assert.equal(isGiven, true);
    for (const weak of [
      '',
      'secret',
      Buffer.alloc(32).toString('base64'),
      randomBytes(16).toString('base64'),
    ])
      assert.throws(() => openSecretKeys(folderOf(test), weak), /no usable key/);
  });

  it('are rotated so that a crash between leaves both', (test) => {
    const folder = folderOf(test);
    const [before] = openSecretKeys(folder, undefined).keys;
    const during: string[] = [];
    rotateSecretKeys(folder, (keys) => {
      assert.deepEqual(keys[1], before);
      during.push(readFileSync(join(folder, 'secret-keys'), 'utf8'));
      return 3;
    });
    assert.equal(during[0]?.trim().split('\n').length, 2);
    const { keys } = openSecretKeys(folder, undefined);
    assert.equal(keys.length, 1);
    assert.notDeepEqual(keys[0], before);
  });
});
