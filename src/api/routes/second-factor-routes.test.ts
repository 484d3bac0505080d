import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { codeOf, decodeBase32 } from '../../core/people/totp.ts';
import { bodyOf, problemOf, testApi, type TestApi } from '../../../test/factories/test-api.ts';

const password = 'correct horse battery';
const stepMs = 30_000;

type Enrolled = TestApi & {
  codes: string[];
  /** The code of the authenticator, so many steps from now. */
  code: (steps?: number) => string;
  logIn: (code?: string) => Promise<LightMyRequestResponse>;
  proof: (path: 'codes' | 'end', code: string, given?: string) => Promise<LightMyRequestResponse>;
};

/** Eve has a password and a second factor. */
async function enrolled(test: TestContext): Promise<Enrolled> {
  const made = await testApi(test);
  const { call, world } = made;
  await call('ada', 'POST', '/api/v1/users', { payload: { name: 'eve', password } });
  const token = await tokenOf(made);
  const headers = { authorization: `Bearer ${token}` };
  const begun = bodyOf(
    await call(null, 'POST', '/api/v1/me/second-factor', { headers, payload: { password } }),
  );
  const secret = String(begun['secret']);
  assert.equal(begun['uri'], `otpauth://totp/Crane:eve?secret=${secret}&issuer=Crane`);
  const code = (steps = 0): string => codeAt(secret, world.now, steps);
  const confirm = await call(null, 'POST', '/api/v1/me/second-factor:confirm', {
    headers,
    payload: { code: code() },
  });
  assert.equal(confirm.statusCode, 200, confirm.body);
  world.now += stepMs;
  return {
    ...made,
    code,
    codes: confirm.json().codes,
    logIn: async (given) =>
      call(null, 'POST', '/api/v1/auth/login', {
        payload: { name: 'eve', password, ...(given === undefined ? {} : { code: given }) },
      }),
    proof: async (path, given, by = password) =>
      call(null, 'POST', `/api/v1/me/second-factor:${path}`, {
        headers,
        payload: { password: by, code: given },
      }),
  };
}

async function tokenOf({ call }: TestApi): Promise<string> {
  const payload = { grant: 'password', name: 'eve', password };
  return String(bodyOf(await call(null, 'POST', '/api/v1/auth/token', { payload }))['accessToken']);
}

function codeAt(secret: string, now: number, steps: number): string {
  const hmac = (key: Uint8Array, counter: Uint8Array) => createHmac('sha1', key).update(counter).digest();
  return codeOf(hmac, decodeBase32(secret), Math.floor(now / stepMs) + steps);
}

describe('a second factor', () => {
  it('is asked for at each login once it is confirmed, of browsers and of API clients', async (test) => {
    const { call, code, logIn } = await enrolled(test);
    problemOf(await logIn(), 401, 'auth.code_needed');
    const payload = { grant: 'password', name: 'eve', password };
    problemOf(await call(null, 'POST', '/api/v1/auth/token', { payload }), 401, 'auth.code_needed');
    assert.equal((await logIn(code())).statusCode, 200);
    const listed = (await call('ada', 'GET', '/api/v1/users')).json().items;
    const known = listed.map((user: { name: string; hasSecondFactor: boolean }) => [
      user.name,
      user.hasSecondFactor,
    ]);
    assert.deepEqual(known.slice(-2), [
      ['cid', false],
      ['eve', true],
    ]);
  });

  it('says nothing of it to who does not know the password', async (test) => {
    const { call, code } = await enrolled(test);
    for (const given of [{}, { code: code() }]) {
      const payload = { name: 'eve', password: 'wrong horse battery', ...given };
      problemOf(await call(null, 'POST', '/api/v1/auth/login', { payload }), 401, 'auth.invalid');
    }
  });

  it('takes each code once, also in its own window', async (test) => {
    const { code, logIn } = await enrolled(test);
    const now = code();
    assert.equal((await logIn(now)).statusCode, 200);
    problemOf(await logIn(now), 401, 'auth.code_wrong');
    problemOf(await logIn(code(-1)), 401, 'auth.code_wrong');
    problemOf(await logIn(code(5)), 401, 'auth.code_wrong');
  });

  it('holds tries up after wrong ones, from wherever they come', async (test) => {
    const { code, logIn, world } = await enrolled(test);
    for (const wrong of ['000000', '111111', '222222', '333333', 'AAAA-BBBB-CCCC-DDDD'])
      problemOf(await logIn(wrong), 401, 'auth.code_wrong');
    const held = await logIn(code());
    problemOf(held, 429, 'auth.rate_limited');
    assert.equal(Number(held.headers['retry-after']) > 0, true);
    world.now += 60_000;
    assert.equal((await logIn(code())).statusCode, 200);
    problemOf(await logIn('000000'), 401, 'auth.code_wrong');
  });

  it('has recovery codes that are good once, and are kept as hashes', async (test) => {
    const { codes, logIn, store } = await enrolled(test);
    assert.equal(codes.length, 10);
    const [first = '', second = ''] = codes;
    assert.match(first, /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
    assert.equal((await logIn(first)).statusCode, 200);
    problemOf(await logIn(first), 401, 'auth.code_wrong');
    assert.equal((await logIn(second.toLowerCase().replaceAll('-', ''))).statusCode, 200);
    const eve = store.users.findByName('eve') ?? assert.fail();
    assert.equal(store.secondFactors.find(eve.id)?.codesLeft, 8);
  });

  it('is turned off, and gets new codes, by password and code only', async (test) => {
    const { code, codes, logIn, proof, world } = await enrolled(test);
    problemOf(await proof('end', code(), 'wrong horse battery'), 401, 'auth.invalid');
    problemOf(await proof('end', '000000'), 401, 'auth.code_wrong');
    const renewed = (await proof('codes', code())).json().codes;
    problemOf(await logIn(codes[0]), 401, 'auth.code_wrong');
    assert.equal((await logIn(renewed[0])).statusCode, 200);
    world.now += stepMs;
    assert.equal((await proof('end', code())).statusCode, 204);
    assert.equal((await logIn()).statusCode, 200);
  });

  it('cannot be begun with a token alone, nor replaced while it is on', async (test) => {
    const { call } = await enrolled(test);
    problemOf(
      await call('bob', 'POST', '/api/v1/me/second-factor', { payload: { password: 'x' } }),
      409,
      'app.conflict',
    );
    const confirm = await call('bob', 'POST', '/api/v1/me/second-factor:confirm', { payload: { code: '1' } });
    problemOf(confirm, 409, 'app.conflict');
  });

  it('is reset by an admin for who lost it', async (test) => {
    const { call, logIn } = await enrolled(test);
    problemOf(await call('bob', 'DELETE', '/api/v1/users/eve/second-factor'), 403, 'auth.forbidden');
    assert.equal((await call('ada', 'DELETE', '/api/v1/users/eve/second-factor')).statusCode, 204);
    assert.equal((await logIn()).statusCode, 200);
  });
});
