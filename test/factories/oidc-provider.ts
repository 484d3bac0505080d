import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { TestContext } from 'node:test';
import { text as textOf } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';

/** How the next id token is made. */
export type TokenForm = {
  claims: Record<string, unknown>;
  algorithm: 'RS256' | 'HS256' | 'none';
  /** Signed with a key that the provider does not publish. */
  isForged: boolean;
  header: Record<string, unknown>;
  issuer: string | null;
};

export type TestProvider = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  form: TokenForm;
  /** What discovery says in place of the truth. */
  discovery: Record<string, unknown>;
  /** Logs `subject` in at the address that a browser was sent to; gives where the browser is sent back to. */
  visit(url: string, subject: string): string;
  /** Codes that were exchanged. */
  exchanged: number;
};

const clientId = 'crane';
const clientSecret = 's3cret & more';

/** A whole OpenID Connect provider on this machine: discovery, authorization with PKCE, tokens, keys. */
export async function startProvider(test: TestContext): Promise<TestProvider> {
  const keys = await generateKeyPair('RS256');
  const others = await generateKeyPair('RS256');
  const codes = new Map<string, { challenge: string; nonce: string; subject: string; redirectUri: string }>();
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  const issuer = await listening(test, server);
  const provider: TestProvider = {
    issuer,
    clientId,
    clientSecret,
    form: { claims: {}, algorithm: 'RS256', isForged: false, header: {}, issuer: null },
    discovery: {},
    exchanged: 0,
    visit(url, subject) {
      const asked = new URL(url).searchParams;
      const redirectUri = asked.get('redirect_uri') ?? '';
      const code = `code-${codes.size}`;
      codes.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        nonce: asked.get('nonce') ?? '',
        subject,
        redirectUri,
      });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      return back.pathname + back.search;
    },
  };

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (request.url === '/.well-known/openid-configuration')
      return {
        status: 200,
        body: {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          ...provider.discovery,
        },
      };
    if (request.url === '/keys') return { status: 200, body: { keys: [jwk] } };
    return exchange(request, new URLSearchParams(await textOf(request)));
  }

  async function exchange(
    { headers }: IncomingMessage,
    form: URLSearchParams,
  ): Promise<{ status: number; body: unknown }> {
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const basic = Buffer.from(`${clientId}:${encodeURIComponent(clientSecret)}`).toString('base64');
    const isGood =
      code?.challenge === challenge &&
      code.redirectUri === form.get('redirect_uri') &&
      headers.authorization === `Basic ${basic}`;
    if (!isGood) return { status: 400, body: { error: 'invalid_grant' } };
    provider.exchanged += 1;
    const token = await sign(
      provider,
      { sub: code.subject, nonce: code.nonce },
      provider.form.isForged ? others.privateKey : keys.privateKey,
    );
    return { status: 200, body: { access_token: 'x', token_type: 'Bearer', id_token: token } };
  }
  return provider;
}

async function sign(
  { form, issuer }: TestProvider,
  claims: Record<string, unknown>,
  key: CryptoKey,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: form.issuer ?? issuer,
    aud: clientId,
    iat: now,
    exp: now + 300,
    ...claims,
    ...form.claims,
  };
  if (form.algorithm === 'none') return new UnsecuredJWT(payload).encode();
  const signer = new SignJWT(payload).setProtectedHeader({ alg: form.algorithm, kid: 'one', ...form.header });
  return signer.sign(form.algorithm === 'HS256' ? new TextEncoder().encode(clientSecret.padEnd(32)) : key);
}

async function listening(test: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
