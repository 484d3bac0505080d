import { createHash } from 'node:crypto';
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import { isSafeProviderUrl } from '../../core/people/provider-url.ts';
import type {
  ForeignIdentity,
  IdentityProvider,
  ProviderAttempt,
} from '../../core/port/identity-provider.ts';

export type ProviderSettings = {
  name: string;
  issuer: string;
  clientId: string;
  /** Empty: a public client, which PKCE alone protects. */
  clientSecret: string;
  redirectUri: string;
};

/** Signatures with a key pair only: never `none`, never a secret that both sides know. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const answerMs = 5_000;
const longestAnswer = 256 * 1024;
const clockSkewSeconds = 60;

const safeUrl = z.string().refine(isSafeProviderUrl, 'is neither https nor on this machine');
const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: safeUrl,
  token_endpoint: safeUrl,
  jwks_uri: safeUrl,
});
const tokensSchema = z.object({ id_token: z.string().max(64_000) });
const keysSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });
const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  preferred_username: z.string().optional().catch(undefined),
  email: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
});

/** Asks the provider anew for each login what it is and which keys it has: they change rarely, and so do people log in. */
export function createIdentityProvider(settings: ProviderSettings): IdentityProvider {
  const { issuer, clientId, redirectUri } = settings;
  const discover = async (): Promise<z.output<typeof discoverySchema>> => {
    const found = await readJson(
      `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      discoverySchema,
    );
    if (found.issuer === issuer) return found;
    throw unusable(
      `it calls itself ${JSON.stringify(found.issuer.slice(0, 200))}, not ${JSON.stringify(issuer)}`,
    );
  };
  return {
    name: settings.name,
    redirectUri,
    async begin({ state, nonce, verifier }) {
      const { authorization_endpoint: endpoint } = await discover();
      const url = new URL(endpoint);
      const asked = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return url.href;
    },
    async finish(code, attempt) {
      const { token_endpoint: endpoint, jwks_uri: keysUrl } = await discover();
      const { id_token: token } = await readJson(endpoint, tokensSchema, exchange(settings, code, attempt));
      const { keys } = await readJson(keysUrl, keysSchema);
      return verify(settings, { token, keys: { keys }, attempt });
    },
  };
}

function exchange(
  { clientId, clientSecret, redirectUri }: ProviderSettings,
  code: string,
  { verifier }: ProviderAttempt,
): RequestInit {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  // RFC 6749, 2.3.1: both are encoded as in a form first.
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString(
    'base64',
  );
  return clientSecret === ''
    ? { method: 'POST', body: new URLSearchParams({ ...form, client_id: clientId }) }
    : { method: 'POST', body: new URLSearchParams(form), headers: { authorization: `Basic ${basic}` } };
}

async function verify(
  { issuer, clientId }: ProviderSettings,
  { token, keys, attempt }: { token: string; keys: JSONWebKeySet; attempt: ProviderAttempt },
): Promise<ForeignIdentity> {
  try {
    // Only the keys of the provider count: what the token brings along (jwk, jku, x5u) is not looked at.
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: clientId,
      algorithms,
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
      maxTokenAge: '10m',
    });
    const claims = claimsSchema.parse(payload);
    const isOurs = !Array.isArray(claims.aud) || claims.aud.length === 1 || claims.azp === clientId;
    if (claims.nonce !== attempt.nonce || !isOurs || (claims.azp ?? clientId) !== clientId)
      throw new Error('it was made for another login');
    return {
      issuer,
      subject: claims.sub,
      name: claims.preferred_username ?? claims.email ?? claims.name ?? null,
    };
  } catch (cause) {
    const isKnown = cause instanceof errors.JOSEError || cause instanceof Error;
    throw new CraneError(
      'auth.invalid',
      {
        message: `The provider's word does not hold: ${isKnown ? cause.message : 'it cannot be read'}.`,
        fix: 'Log in again; if that does not help, look at the clocks of both machines.',
      },
      { cause },
    );
  }
}

/** @throws `part.unavailable`; `auth.invalid` when the provider refuses */
async function readJson<T>(url: string, schema: z.ZodType<T>, request: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, {
    ...request,
    redirect: 'error',
    signal: AbortSignal.timeout(answerMs),
  }).catch((cause: unknown) => {
    throw unusable('it does not answer', cause);
  });
  const text = await readText(answer);
  if (answer.status === 400 || answer.status === 401)
    throw new CraneError('auth.invalid', {
      message: 'The provider takes this login for none of its own, or for one that is over.',
      fix: 'Log in again; an admin looks at CRANE_OIDC_CLIENT_ID and CRANE_OIDC_CLIENT_SECRET.',
    });
  if (!answer.ok) throw unusable(`it answered ${answer.status}`);
  const parsed = schema.safeParse(parseText(text));
  if (parsed.success) return parsed.data;
  throw unusable(`its answer makes no sense (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
}

async function readText(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of answer.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > longestAnswer) throw unusable('its answer is too long');
  }
  return text;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unusable(why: string, cause?: unknown): CraneError {
  return new CraneError(
    'part.unavailable',
    {
      message: `The identity provider cannot be used: ${why}.`,
      fix: 'Try again later, or log in by password.',
    },
    { cause },
  );
}
