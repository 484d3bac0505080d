import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { bodyOf, itemsOf, problemOf, testApi, type TestApi } from '../../../test/factories/test-api.ts';

const password = 'correct horse battery';

async function withEve(test: TestContext): Promise<TestApi> {
  const made = await testApi(test);
  const payload = { name: 'eve', password };
  const { call } = made;
  assert.equal((await call('ada', 'POST', '/api/v1/users', { payload })).statusCode, 201);
  return made;
}

/** The cookie that this login sets. */
async function logIn({ call }: TestApi, name = 'eve', headers = {}): Promise<string> {
  const answer = await call(null, 'POST', '/api/v1/auth/login', { payload: { name, password }, headers });
  assert.equal(answer.statusCode, 200, answer.body);
  const cookie = String(answer.headers['set-cookie']);
  assert.match(cookie, /^crane_login=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/);
  return cookie.split(';')[0] ?? '';
}

const own = { host: '127.0.0.1:7070', origin: 'http://127.0.0.1:7070' };

describe('people', () => {
  it('are added with a password, or with one that is made', async (test) => {
    const { call } = await testApi(test);
    const add = async (payload: object) => call('ada', 'POST', '/api/v1/users', { payload });
    const made = bodyOf(await add({ name: 'eve' }));
    assert.match(String(made['password']), /^[\w-]{24}$/);
    const given = await add({ name: 'dan', password, role: 'admin' });
    assert.deepEqual([given.statusCode, bodyOf(given)['password']], [201, null]);
    assert.doesNotMatch(given.body, /correct horse|argon2/);
    problemOf(await add({ name: 'EVE' }), 422, 'input.invalid');
    problemOf(await add({ name: '../x' }), 422, 'input.invalid');
    problemOf(await add({ name: 'fay', password: 'short' }), 422, 'input.invalid');
    problemOf(await add({ name: 'fay', id: 1 }), 422, 'input.invalid');
    const users = itemsOf(await call('ada', 'GET', '/api/v1/users'));
    assert.deepEqual(
      users.map(({ name, role, hasPassword }) => [name, role, hasPassword]),
      [
        ['ada', 'admin', false],
        ['bob', 'user', false],
        ['cid', 'user', false],
        ['eve', 'user', true],
        ['dan', 'admin', true],
      ],
    );
  });

  it('are refused at once when they are disabled, and go on when they are enabled', async (test) => {
    const { call } = await testApi(test);
    const change = async (payload: object) => call('ada', 'PATCH', '/api/v1/users/bob', { payload });
    assert.equal(bodyOf(await change({ isDisabled: true }))['isDisabled'], true);
    problemOf(await call('bob', 'GET', '/api/v1/me'), 401, 'auth.invalid');
    await change({ isDisabled: false });
    assert.equal((await call('bob', 'GET', '/api/v1/me')).statusCode, 200);
  });

  it('have their new role with the next request', async (test) => {
    const { call } = await testApi(test);
    const list = async () => call('bob', 'GET', '/api/v1/users');
    problemOf(await list(), 403, 'auth.forbidden');
    await call('ada', 'PATCH', '/api/v1/users/bob', { payload: { role: 'admin' } });
    assert.equal((await list()).statusCode, 200);
    await call('ada', 'PATCH', '/api/v1/users/bob', { payload: { role: 'user' } });
    problemOf(await list(), 403, 'auth.forbidden');
  });

  it('never lose their last admin', async (test) => {
    const { call } = await testApi(test);
    for (const payload of [{ role: 'user' }, { isDisabled: true }])
      problemOf(await call('ada', 'PATCH', '/api/v1/users/ada', { payload }), 409, 'user.last_admin');
    problemOf(await call('ada', 'DELETE', '/api/v1/users/ada'), 409, 'user.last_admin');
    await call('ada', 'PATCH', '/api/v1/users/bob', { payload: { role: 'admin' } });
    assert.equal((await call('ada', 'DELETE', '/api/v1/users/ada')).statusCode, 204);
  });

  it('are removed when they own nothing; the name is free then, the old token is not good', async (test) => {
    const { call, store, bob } = await testApi(test);
    const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 1 });
    const problem = problemOf(await call('ada', 'DELETE', '/api/v1/users/bob'), 409, 'user.owns_apps');
    assert.match(problem.detail, /shop-1/);
    store.apps.remove(app.id);
    assert.equal((await call('ada', 'DELETE', '/api/v1/users/bob')).statusCode, 204);
    problemOf(await call('bob', 'GET', '/api/v1/me'), 401, 'auth.invalid');
    problemOf(await call('ada', 'DELETE', '/api/v1/users/bob'), 404, 'user.not_found');
    const again = await call('ada', 'POST', '/api/v1/users', { payload: { name: 'bob' } });
    assert.equal(again.statusCode, 201, again.body);
  });
});

describe('registration', () => {
  it('is closed until an admin opens it', async (test) => {
    const { call } = await testApi(test);
    const register = async (name: string, more = {}) =>
      call(null, 'POST', '/api/v1/registrations', { payload: { name, password, ...more } });
    const mode = async (to: string) => call('ada', 'PUT', '/api/v1/registration', { payload: { mode: to } });
    assert.deepEqual(bodyOf(await call(null, 'GET', '/api/v1/registration')), { mode: 'closed' });
    problemOf(await register('eve'), 403, 'auth.registration_closed');
    problemOf(
      await call('bob', 'PUT', '/api/v1/registration', { payload: { mode: 'open' } }),
      403,
      'auth.forbidden',
    );
    await mode('open');
    const eve = await register('eve');
    assert.deepEqual([eve.statusCode, bodyOf(eve)['role']], [201, 'user']);
    problemOf(await register('fay', { role: 'admin' }), 422, 'input.invalid');
    await mode('invitation');
    problemOf(await register('fay'), 403, 'auth.registration_closed');
  });

  it('takes each invitation once', async (test) => {
    const { call } = await testApi(test);
    const invite = async () => call('ada', 'POST', '/api/v1/invitations', { payload: {} });
    problemOf(await invite(), 403, 'auth.registration_closed');
    await call('ada', 'PUT', '/api/v1/registration', { payload: { mode: 'invitation' } });
    const invitation = String(bodyOf(await invite())['code']);
    const register = async (name: string, code: string) =>
      call(null, 'POST', '/api/v1/registrations', { payload: { name, password, invitation: code } });
    problemOf(await register('eve', 'crane_invite_x'), 404, 'route.not_found');
    // A name that is taken does not use it up.
    problemOf(await register('bob', invitation), 422, 'input.invalid');
    assert.equal((await register('eve', invitation)).statusCode, 201);
    problemOf(await register('fay', invitation), 404, 'route.not_found');
    const second = bodyOf(await invite());
    const [listed] = itemsOf(await call('ada', 'GET', '/api/v1/invitations'));
    assert.doesNotMatch(JSON.stringify(listed), /crane_invite/);
    await call('ada', 'DELETE', `/api/v1/invitations/${String(listed?.['id'])}`);
    problemOf(await register('fay', String(second['code'])), 404, 'route.not_found');
  });
});

describe('a login by cookie', () => {
  it('is somebody, for pages of this server only', async (test) => {
    const made = await withEve(test);
    const { call } = made;
    const cookie = await logIn(made);
    const me = await call(null, 'GET', '/api/v1/me', { headers: { cookie } });
    assert.equal(bodyOf(me)['name'], 'eve');
    const change = async (headers: Record<string, string>) =>
      call(null, 'POST', '/api/v1/me/tokens', {
        payload: { name: 't' },
        headers: { cookie, ...headers },
      });
    assert.equal((await change(own)).statusCode, 201);
    problemOf(await change({ host: own.host }), 403, 'auth.origin_rejected');
    for (const origin of ['http://evil.example', 'http://127.0.0.1:9', 'null', 'https://127.0.0.1:7070'])
      problemOf(await change({ ...own, origin }), 403, 'auth.origin_rejected');
    const rebound = { host: 'evil.example:7070', origin: 'http://evil.example:7070' };
    problemOf(await change(rebound), 403, 'auth.origin_rejected');
  });

  it('ends by logging out, by a new login, by a new password, and when it is over', async (test) => {
    const made = await withEve(test);
    const { call } = made;
    const isGood = async (cookie: string) =>
      (await call(null, 'GET', '/api/v1/me', { headers: { cookie } })).statusCode === 200;
    const first = await logIn(made);
    const second = await logIn(made, 'eve', { cookie: first });
    assert.deepEqual([await isGood(first), await isGood(second)], [false, true]);
    await call(null, 'POST', '/api/v1/auth/logout', { headers: { cookie: second, ...own } });
    assert.equal(await isGood(second), false);
    const third = await logIn(made);
    await call('ada', 'PUT', '/api/v1/users/eve/password', { payload: { password } });
    assert.equal(await isGood(third), false);
    const fourth = await logIn(made);
    made.world.now += 7 * 3_600_000;
    assert.equal(await isGood(fourth), true);
    made.world.now += 7 * 3_600_000;
    assert.equal(await isGood(fourth), true);
    made.world.now += 9 * 3_600_000;
    assert.equal(await isGood(fourth), false);
  });

  it('lasts for a week at most, however busy it is', async (test) => {
    const made = await withEve(test);
    const { call } = made;
    const cookie = await logIn(made);
    const answers = [];
    for (let hours = 0; hours <= 7 * 24; hours += 4) {
      answers.push((await call(null, 'GET', '/api/v1/me', { headers: { cookie } })).statusCode);
      made.world.now += 4 * 3_600_000;
    }
    assert.deepEqual(new Set(answers.slice(0, -1)), new Set([200]));
    assert.equal(answers.at(-1), 401);
  });

  it('is listed and ended by its person only', async (test) => {
    const made = await withEve(test);
    const { call } = made;
    const cookie = await logIn(made);
    const [login] = itemsOf(await call(null, 'GET', '/api/v1/me/logins', { headers: { cookie } }));
    assert.equal(login?.['isCurrent'], true);
    const url = `/api/v1/me/logins/${String(login?.['id'])}`;
    problemOf(await call('bob', 'DELETE', url), 404, 'route.not_found');
    const ended = await call(null, 'DELETE', url, { headers: { cookie, ...own } });
    assert.equal(ended.statusCode, 204);
    problemOf(await call(null, 'GET', '/api/v1/me', { headers: { cookie } }), 401, 'auth.invalid');
  });

  it('changes the own password, and the other logins end', async (test) => {
    const made = await withEve(test);
    const { call } = made;
    const [kept, other] = [await logIn(made), await logIn(made)];
    const change = async (payload: object) =>
      call(null, 'PUT', '/api/v1/me/password', { payload, headers: { cookie: kept, ...own } });
    problemOf(await change({ password: 'another one entirely' }), 401, 'auth.invalid');
    const changed = await change({ current: password, password: 'another one entirely' });
    assert.equal(changed.statusCode, 204, changed.body);
    const me = async (cookie: string) =>
      (await call(null, 'GET', '/api/v1/me', { headers: { cookie } })).statusCode;
    assert.deepEqual([await me(kept), await me(other)], [200, 401]);
  });
});

describe('access tokens', () => {
  const grant = async ({ call }: TestApi, payload: object) =>
    call(null, 'POST', '/api/v1/auth/token', { payload });
  const me = async ({ call }: TestApi, token: unknown) =>
    call(null, 'GET', '/api/v1/me', { headers: { authorization: `Bearer ${String(token)}` } });

  it('are given for a password, and again for each refresh token', async (test) => {
    const made = await withEve(test);
    const first = bodyOf(await grant(made, { grant: 'password', name: 'eve', password }));
    assert.equal(bodyOf(await me(made, first['accessToken']))['name'], 'eve');
    const second = bodyOf(await grant(made, { grant: 'refresh', refreshToken: first['refreshToken'] }));
    assert.equal((await me(made, second['accessToken'])).statusCode, 200);
    made.world.now += 600_000;
    problemOf(await me(made, second['accessToken']), 401, 'auth.invalid');
    problemOf(await me(made, second['refreshToken']), 401, 'auth.invalid');
  });

  it('all end when a refresh token comes a second time', async (test) => {
    const made = await withEve(test);
    const first = bodyOf(await grant(made, { grant: 'password', name: 'eve', password }));
    const refresh = { grant: 'refresh', refreshToken: first['refreshToken'] };
    const second = bodyOf(await grant(made, refresh));
    problemOf(await grant(made, refresh), 401, 'auth.invalid');
    problemOf(await me(made, second['accessToken']), 401, 'auth.invalid');
    problemOf(
      await grant(made, { grant: 'refresh', refreshToken: second['refreshToken'] }),
      401,
      'auth.invalid',
    );
  });

  it('are refused at once when their person is disabled', async (test) => {
    const made = await withEve(test);
    const { call } = made;
    const pair = bodyOf(await grant(made, { grant: 'password', name: 'eve', password }));
    await call('ada', 'PATCH', '/api/v1/users/eve', { payload: { isDisabled: true } });
    problemOf(await me(made, pair['accessToken']), 401, 'auth.invalid');
    problemOf(await grant(made, { grant: 'password', name: 'eve', password }), 401, 'auth.invalid');
  });
});

describe('guessing passwords', () => {
  it('is told the same of a wrong password and of nobody, and held up after ten tries', async (test) => {
    const made = await withEve(test);
    const { call } = made;
    const attempt = async (name: string, word = 'wrong password') =>
      call(null, 'POST', '/api/v1/auth/login', { payload: { name, password: word } });
    const known = problemOf(await attempt('eve'), 401, 'auth.invalid');
    const unknown = problemOf(await attempt('nobody'), 401, 'auth.invalid');
    const same = { requestId: '', instance: '' };
    assert.deepEqual({ ...known, ...same }, { ...unknown, ...same });
    for (let tries = 1; tries < 10; tries += 1) problemOf(await attempt('eve'), 401, 'auth.invalid');
    const held = await attempt('eve', password);
    problemOf(held, 429, 'auth.rate_limited');
    assert.match(String(held.headers['retry-after']), /^\d+$/);
    made.world.now += 60_000;
    assert.equal((await attempt('eve', password)).statusCode, 200);
  });
});
