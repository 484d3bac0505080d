import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { bodyOf, itemsOf, testApi, type TestApi } from '../../../test/factories/test-api.ts';
import { startProvider, type TestProvider } from '../../../test/factories/oidc-provider.ts';
import { createIdentityProvider } from '../../platform/people/create-identity-provider.ts';

const host = '127.0.0.1:7070';
const redirectUri = `http://${host}/api/v1/auth/provider/callback`;

type Federated = TestApi & {
  provider: TestProvider;
  begin: (at?: string) => Promise<{ url: string; cookie: string }>;
  /** Where the browser ends, and the cookie of a login. */
  end: (path: string, cookie: string) => Promise<{ to: string; login: string | null }>;
  /** The whole way of a browser. */
  logIn: (subject: string) => Promise<{ to: string; login: string | null }>;
};

async function federated(test: TestContext): Promise<Federated> {
  const provider = await startProvider(test);
  const identityProvider = createIdentityProvider({ ...provider, name: 'School', redirectUri });
  const made = await testApi(test, { identityProvider });
  const { call } = made;
  await call('ada', 'PUT', '/api/v1/registration', { payload: { mode: 'open' } });
  const begin = async (at = host): Promise<{ url: string; cookie: string }> => {
    const answer = await call(null, 'GET', '/api/v1/auth/provider/login', { headers: { host: at } });
    assert.equal(answer.statusCode, 302, answer.body);
    const cookie = String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '';
    return { url: String(answer.headers['location']), cookie };
  };
  const end = async (path: string, cookie: string): Promise<{ to: string; login: string | null }> => {
    const answer = await call(null, 'GET', path, { headers: { host, cookie } });
    assert.equal(answer.statusCode, 302, answer.body);
    const set = [answer.headers['set-cookie'] ?? []].flat().map((each) => each.split(';')[0] ?? '');
    const login = set.find((each) => each.startsWith('crane_login='));
    return { to: String(answer.headers['location']), login: login ?? null };
  };
  return {
    ...made,
    provider,
    begin,
    end,
    logIn: async (subject) => {
      const { url, cookie } = await begin();
      return end(provider.visit(url, subject), cookie);
    },
  };
}

describe('a login by an identity provider', () => {
  it('makes who comes first a user, and knows them again by issuer and subject whatever they are called', async (test) => {
    const { call, logIn, provider, store } = await federated(test);
    provider.form.claims = { preferred_username: 'Eve.Adams@example.org' };
    const first = await logIn('sub-1');
    assert.equal(first.to, '/');
    const headers = { cookie: first.login ?? '' };
    assert.deepEqual(
      [bodyOf(await call(null, 'GET', '/api/v1/me', { headers }))].map(({ name, role }) => [name, role]),
      [['eve.adams', 'user']],
    );
    const [noted] = itemsOf(await call('ada', 'GET', '/api/v1/audit?subject=eve.adams'));
    assert.deepEqual([noted?.['via'], noted?.['action']], ['provider', 'endProviderLogin']);
    provider.form.claims = { preferred_username: 'ada' };
    await logIn('sub-1');
    // The name of an admin is no way to become that admin.
    await logIn('sub-2');
    const names = store.users.list().map(({ name, role }) => `${name} ${role}`);
    assert.deepEqual(names.slice(-2), ['eve.adams user', 'ada-2 user']);
  });

  it('asks for a code with PKCE, and says what it is for', async (test) => {
    const { begin, provider } = await federated(test);
    const asked = Object.fromEntries(new URL((await begin()).url).searchParams);
    assert.deepEqual(
      { ...asked, state: '', nonce: '', code_challenge: '' },
      {
        response_type: 'code',
        client_id: provider.clientId,
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        code_challenge_method: 'S256',
        state: '',
        nonce: '',
        code_challenge: '',
      },
    );
    for (const name of ['state', 'nonce', 'code_challenge']) assert.match(asked[name] ?? '', /^[\w-]{43}$/);
    assert.equal((await begin('localhost:7070')).url, `http://${host}/api/v1/auth/provider/login?again=1`);
  });

  it('is of the browser that began it, in its state, once', async (test) => {
    const { begin, end, provider, world } = await federated(test);
    const { url, cookie } = await begin();
    const other = await begin();
    const path = provider.visit(url, 'sub-1');
    const refused = { to: '/#refused=auth.invalid', login: null };
    assert.deepEqual(await end(path, ''), refused);
    assert.deepEqual(await end(path, other.cookie), refused);
    assert.deepEqual(await end(path.replace(/state=[^&]*/, 'state=x'), cookie), refused);
    assert.deepEqual(await end(path, cookie), refused, 'it was spent');
    const late = await begin();
    world.now += 600_001;
    assert.deepEqual(await end(provider.visit(late.url, 'sub-1'), late.cookie), refused);
    const denied = await begin();
    assert.deepEqual(await end(`/api/v1/auth/provider/callback?error=access_denied`, denied.cookie), refused);
    assert.equal(provider.exchanged, 0);
  });

  const now = Math.floor(Date.now() / 1000);
  for (const [what, form] of [
    ['of no algorithm', { algorithm: 'none' }],
    ['signed with the secret of the client', { algorithm: 'HS256' }],
    ['signed with a key that is not published', { isForged: true }],
    ['that brings its own key', { isForged: true, header: { jwk: { kty: 'RSA', n: 'AQ', e: 'AQAB' } } }],
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['for somebody else', { claims: { aud: 'other' } }],
    ['for several, made for another', { claims: { aud: ['crane', 'other'], azp: 'other' } }],
    ['of another login', { claims: { nonce: 'x' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['that is over', { claims: { exp: now - 120 } }],
    ['that is old', { claims: { iat: now - 3_600, exp: now + 3_600 } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['with a subject that is no text', { claims: { sub: 7 } }],
  ] as const)
    it(`refuses a token ${what}`, async (test) => {
      const { logIn, provider, store } = await federated(test);
      const before = store.users.count();
      Object.assign(provider.form, form);
      assert.deepEqual(await logIn('sub-1'), { to: '/#refused=auth.invalid', login: null });
      assert.equal(store.users.count(), before);
    });

  it('needs open registration for new people, and no disabled person gets in', async (test) => {
    const { call, logIn, store } = await federated(test);
    await logIn('sub-1');
    await call('ada', 'PUT', '/api/v1/registration', { payload: { mode: 'invitation' } });
    assert.equal((await logIn('sub-2')).to, '/#refused=auth.registration_closed');
    assert.equal((await logIn('sub-1')).to, '/');
    const user = store.users.list().at(-1) ?? assert.fail();
    store.users.update(user.id, { isDisabled: true });
    assert.deepEqual(await logIn('sub-1'), { to: '/#refused=auth.invalid', login: null });
  });

  it('asks no address that is neither secure nor here, whatever discovery says', async (test) => {
    const { begin, provider } = await federated(test);
    for (const discovery of [
      { authorization_endpoint: 'http://evil.example/authorize' },
      { token_endpoint: 'http://169.254.169.254/latest' },
      { jwks_uri: 'file:///etc/passwd' },
      { issuer: 'http://127.0.0.1:1' },
    ]) {
      provider.discovery = discovery;
      assert.equal((await begin()).url, '/#refused=part.unavailable');
    }
  });

  it('is told on the way in, and is not there without a provider', async (test) => {
    const { call } = await federated(test);
    assert.deepEqual(bodyOf(await call(null, 'GET', '/api/v1/entrance')), {
      isSetUp: true,
      registration: 'open',
      provider: { name: 'School' },
    });
    const { call: alone } = await testApi(test);
    assert.equal(bodyOf(await alone(null, 'GET', '/api/v1/entrance'))['provider'], null);
    assert.equal((await alone(null, 'GET', '/api/v1/auth/provider/login')).statusCode, 404);
  });
});
