import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { forgeToken, signRaw } from '../factories/forge-token.ts';
import { bodyOf, problemOf, testApi, type TestApi } from '../factories/test-api.ts';

const password = 'correct horse battery';
const main = join(import.meta.dirname, '../../src/main.ts');

type Opened = TestApi & {
  pair: Record<string, unknown>;
  facts: { userId: number; loginId: string; now: number };
  /** Asks who this token is of. */
  ask: (token: string) => ReturnType<TestApi['call']>;
};

/** Bob with a password, logged in as an API client. */
async function opened(test: TestContext): Promise<Opened> {
  const made = await testApi(test);
  const { call, store, bob, world } = made;
  await call('ada', 'PUT', '/api/v1/users/bob/password', { payload: { password } });
  const grant = { grant: 'password', name: 'bob', password };
  const pair = bodyOf(await call(null, 'POST', '/api/v1/auth/token', { payload: grant }));
  const [login] = store.logins.list(bob.id, world.now);
  const facts = { userId: bob.id, loginId: login?.id ?? '', now: world.now };
  const ask = async (token: string) =>
    call(null, 'GET', '/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await ask(forgeToken(facts))).statusCode, 200, 'a token that is right in all is taken');
  return { ...made, pair, facts, ask };
}

/** Each is refused; the wait of the limiter passes in between. */
async function allRefused({ ask, world }: Opened, tokens: Record<string, string>): Promise<void> {
  for (const [what, token] of Object.entries(tokens)) {
    const answer = await ask(token);
    assert.equal(answer.statusCode, 401, what);
    assert.match(String(answer.headers['content-type']), /problem\+json/, what);
    // The limiter's bucket refills; the tokens are still within their time.
    world.now += 3_000;
  }
}

describe('tokens that are not ours', () => {
  it('S01 no algorithm, no signature, two parts', async (test) => {
    const made = await opened(test);
    const good = forgeToken(made.facts);
    const [header = '', claims = ''] = good.split('.');
    const tokens: Record<string, string> = {
      'two parts': `${header}.${claims}`,
      unsigned: `${header}.${claims}.`,
    };
    for (const alg of ['none', 'None', 'nOnE', 'NONE', ''])
      tokens[`alg ${alg}`] = forgeToken(made.facts, { header: { alg } }).replace(/[^.]+$/, '');
    await allRefused(made, tokens);
  });

  it('S02 another algorithm than the configured one', async (test) => {
    const made = await opened(test);
    await allRefused(made, {
      HS512: forgeToken(made.facts, { header: { alg: 'HS512' }, hash: 'sha512' }),
      HS384: forgeToken(made.facts, { header: { alg: 'HS384' }, hash: 'sha384' }),
      ES256: forgeToken(made.facts, { header: { alg: 'ES256' } }),
      RS256: forgeToken(made.facts, { header: { alg: 'RS256' } }),
      'by a public key': forgeToken(made.facts, {
        key: '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
      }),
    });
  });

  it('S03 a key that the token itself names', async (test) => {
    const made = await opened(test);
    const jwk = { kty: 'oct', k: Buffer.from('own').toString('base64url') };
    await allRefused(made, {
      jwk: forgeToken(made.facts, { header: { jwk }, key: 'own' }),
      jku: forgeToken(made.facts, { header: { jku: 'http://127.0.0.1:9/keys' }, key: 'own' }),
      x5u: forgeToken(made.facts, { header: { x5u: 'file:///etc/passwd' }, key: 'own' }),
      'kid of a file': forgeToken(made.facts, { header: { kid: '../../dev/null' }, key: '' }),
      'kid of SQL': forgeToken(made.facts, { header: { kid: "' UNION SELECT 'own" }, key: 'own' }),
      crit: forgeToken(made.facts, { header: { crit: ['x'], x: 1 } }),
    });
  });

  it('S04 a key that can be guessed, and a start with a weak one', async (test) => {
    const made = await opened(test);
    const keys = ['', 'secret', 'changeme', 'crane', 'your-256-bit-secret', 'test'];
    await allRefused(made, Object.fromEntries(keys.map((key) => [key, forgeToken(made.facts, { key })])));
    for (const weak of ['short', 'x'.repeat(64), 'secret-secret-secret-secret-secret']) {
      const { status, stdout } = spawnSync(process.execPath, [main, 'serve'], {
        env: { ...process.env, CRANE_TOKEN_SECRET: weak },
        encoding: 'utf8',
        timeout: 60_000,
      });
      assert.equal(status, 2, stdout);
      assert.match(stdout, /CRANE_TOKEN_SECRET: must be at least 32 random bytes/);
      assert.ok(!stdout.includes(weak), 'the secret is not shown');
    }
  });

  it('S05 times that are missing, over, not yet or nonsense, and a token of 8 KB', async (test) => {
    const made = await opened(test);
    const seconds = Math.floor(made.facts.now / 1000);
    const claims = (change: Record<string, unknown>) => forgeToken(made.facts, { claims: change });
    const header = '{"alg":"HS256","typ":"at+jwt"}';
    const endless = `{"user_id":2,"sub":"2","sid":"${made.facts.loginId}","iss":"crane:test","aud":"crane-api","iat":${seconds},"nbf":${seconds},"jti":"j","exp":1e400}`;
    await allRefused(made, {
      'no exp': claims({ exp: undefined }),
      'past exp': claims({ exp: seconds - 1 }),
      'future nbf': claims({ nbf: seconds + 3_600 }),
      'exp as text': claims({ exp: 'abc' }),
      'exp -1': claims({ exp: -1 }),
      'exp null': claims({ exp: null }),
      'exp 1e400': signRaw(header, endless),
      '8 KB': claims({ filler: 'x'.repeat(8_000) }),
      'no JSON': signRaw(header, 'not json'),
    });
  });

  it('S06 another audience, issuer or type, and a refresh token', async (test) => {
    const made = await opened(test);
    await allRefused(made, {
      aud: forgeToken(made.facts, { claims: { aud: 'other' } }),
      iss: forgeToken(made.facts, { claims: { iss: 'crane:other' } }),
      'no iss': forgeToken(made.facts, { claims: { iss: undefined } }),
      typ: forgeToken(made.facts, { header: { typ: 'JWT' } }),
      'user_id of another': forgeToken(made.facts, { claims: { user_id: 1, sub: '1' } }),
      'user_id and sub differ': forgeToken(made.facts, { claims: { user_id: 1 } }),
      'user_id as text': forgeToken(made.facts, { claims: { user_id: '2' } }),
      refresh: String(made.pair['refreshToken']),
    });
  });

  it('S07 a good token of somebody who was just disabled or demoted', async (test) => {
    const { call, ask, facts } = await opened(test);
    const change = async (payload: object) => call('ada', 'PATCH', '/api/v1/users/bob', { payload });
    const token = forgeToken(facts);
    const users = async () =>
      call(null, 'GET', '/api/v1/users', { headers: { authorization: `Bearer ${token}` } });
    await change({ role: 'admin' });
    assert.equal((await users()).statusCode, 200);
    await change({ role: 'user' });
    problemOf(await users(), 403, 'auth.forbidden');
    await change({ isDisabled: true });
    problemOf(await ask(token), 401, 'auth.invalid');
    problemOf(await call('bob', 'GET', '/api/v1/me'), 401, 'auth.invalid');
  });

  it('S08 a token in the address', async (test) => {
    const { call } = await opened(test);
    for (const name of ['token', 'access_token', 'authorization', 'ticket'])
      problemOf(await call(null, 'GET', `/api/v1/events?${name}=crane_bob`), 401, 'auth.missing');
  });
});
