import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createVault } from './vault.ts';

describe('the vault', () => {
  const vault = createVault('credential');
  it('gives back what it sealed, each time in another way', () => {
    const [one, two] = [vault.seal('a', 'sécret'), vault.seal('a', 'sécret')];
    assert.notEqual(one, two);
    assert.equal(vault.open('a', one), 'sécret');
    assert.doesNotMatch(Buffer.from(one, 'base64').toString('latin1'), /cret/);
  });
  it('opens nothing of another name or installation, and nothing that was changed', () => {
    const sealed = vault.seal('a', 'secret');
    assert.throws(() => vault.open('b', sealed));
    assert.throws(() => createVault('other').open('a', sealed));
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    assert.throws(() => vault.open('a', bytes.toString('base64')));
    assert.throws(() => vault.open('a', ''));
  });
});
