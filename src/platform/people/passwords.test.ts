import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPasswords } from './passwords.ts';

describe('passwords', () => {
  it('are hashed by argon2id with a salt of their own, and only the right one matches', async () => {
    const passwords = createPasswords();
    const [first, second] = await Promise.all([
      passwords.hash('correct horse'),
      passwords.hash('correct horse'),
    ]);
    assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    assert.notEqual(first, second);
    assert.equal(await passwords.matches('correct horse', first), true);
    assert.equal(await passwords.matches('correct horsf', first), false);
    assert.equal(await passwords.matches('', first), false);
  });

  it('match by the cost they were hashed with, so that the cost may rise', async () => {
    const cheap = await createPasswords({ memory: 64, passes: 1, parallelism: 1 }).hash('correct horse');
    assert.equal(await createPasswords().matches('correct horse', cheap), true);
  });

  it('match nothing where there is no hash, or a damaged one', async () => {
    const passwords = createPasswords({ memory: 64, passes: 1, parallelism: 1 });
    for (const hash of [null, '', 'x', '$argon2id$v=19$m=64,t=1,p=1$c2FsdA$dG9vIHNob3J0'])
      assert.equal(await passwords.matches('', hash), false);
  });
});
