import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { tempFolder, tempStore } from '../../test/factories/temp-store.ts';
import { offerSetupToken, withSetupFile } from './setup-token.ts';

const key = 'setup.token.hash';
const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const newSecret = () => {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret) };
};

function setUp(test: TestContext) {
  const dataFolder = tempFolder(test);
  const { store } = tempStore(test);
  const offer = (): string | null =>
    offerSetupToken({
      dataFolder,
      settings: store.settings,
      hasUsers: store.users.count() > 0,
      key,
      newSecret,
      hashSecret,
    });
  return { dataFolder, store, offer, file: join(dataFolder, 'setup-token') };
}

describe('the setup token', () => {
  it('lies in a private file; the store has only its hash; a restart gives the same', (test) => {
    const { store, offer, file } = setUp(test);
    const token = offer() ?? assert.fail('there is none');
    assert.equal(readFileSync(file, 'utf8'), `${token}\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(store.settings.get(key), hashSecret(token));
    assert.equal(offer(), token);
  });

  it('is made anew when the file does not fit the store, private again', (test) => {
    const { offer, file } = setUp(test);
    const token = offer();
    writeFileSync(file, 'something else\n', { mode: 0o644 });
    const second = offer();
    assert.notEqual(second, token);
    assert.equal(readFileSync(file, 'utf8'), `${second}\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is gone from the disk when it is redeemed, and after a start that finds people', (test) => {
    const { dataFolder, store, offer, file } = setUp(test);
    offer();
    const watched = withSetupFile(store, { dataFolder, key });
    watched.settings.remove('something.else');
    assert.equal(existsSync(file), true);
    watched.settings.remove(key);
    assert.equal(existsSync(file), false);
    assert.equal(store.settings.get(key), null);

    writeFileSync(file, 'left over\n');
    store.users.create({ name: 'ann', role: 'admin', at: 1 });
    assert.equal(offer(), null);
    assert.equal(existsSync(file), false);
  });
});
