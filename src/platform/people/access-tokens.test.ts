import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../../core/error/crane-error.ts';
import { createAccessTokens } from './access-tokens.ts';

const now = 1_700_000_000_000;
const secret = 'Nn0f1cL1Zq7uXw3Vb8Yt5Rk2Pj6Hd9Gs';
const tokens = createAccessTokens({ secret, issuer: 'crane:a' });

describe('access tokens', () => {
  it('say who somebody is, for ten minutes', async () => {
    const { token, expiresAt } = await tokens.issue({ userId: 7, loginId: 'login-1' }, now);
    assert.equal(expiresAt, now + 600_000);
    assert.deepEqual(await tokens.read(token, now), { userId: 7, loginId: 'login-1' });
    assert.deepEqual(await tokens.read(token, now + 599_000), { userId: 7, loginId: 'login-1' });
    assert.equal(await tokens.read(token, now + 600_000), null);
    assert.equal(await tokens.read(token, now - 60_000), null);
  });

  it('are good only where they were made', async () => {
    const { token } = await tokens.issue({ userId: 7, loginId: 'login-1' }, now);
    const elsewhere = createAccessTokens({ secret, issuer: 'crane:b' });
    assert.equal(await elsewhere.read(token, now), null);
    const other = createAccessTokens({ secret: `${secret}x`, issuer: 'crane:a' });
    assert.equal(await other.read(token, now), null);
  });

  it('are not signed with a secret that could be guessed', () => {
    for (const weak of ['', 'secret', 'x'.repeat(64), 'changeme-changeme-changeme-changeme'])
      assert.throws(
        () => createAccessTokens({ secret: weak, issuer: 'crane:a' }),
        (thrown) =>
          thrown instanceof CraneError &&
          thrown.code === 'input.invalid' &&
          (weak.length < 10 || !thrown.message.includes(weak)),
      );
  });
});
