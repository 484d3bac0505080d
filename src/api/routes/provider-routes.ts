import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ActionDeps } from '../../actions/action-deps.ts';
import { logInByProvider } from '../../actions/log-in-by-provider.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { IdentityProvider, ProviderAttempt } from '../../core/port/identity-provider.ts';
import type { User } from '../../core/port/store.ts';
import type { ApiInstance, RouteContext } from '../api-instance.ts';
import { setLoginCookie } from '../login-cookie.ts';
import { peerOf } from '../peer-of.ts';
import { attemptMs, createPendingLogins } from '../pending-logins.ts';
import { toApiError } from '../problem.ts';

const tags = ['people'];
const beginUrl = '/api/v1/auth/provider/login';
const cookieName = 'crane_provider';
/** Lax: the provider sends the browser back by a link, from its own site. */
const cookieAttributes = 'Path=/api/v1/auth/provider; HttpOnly; SameSite=Lax';
const away = { 302: z.undefined().describe('To the provider, or to the pages.') };
const text = z.string().max(4_000).optional();

export function declareProviderRoutes(app: ApiInstance, { deps, log }: RouteContext): void {
  const pending = createPendingLogins();
  app.route({
    method: 'GET',
    url: beginUrl,
    config: { isPublic: true },
    schema: {
      tags,
      operationId: 'beginProviderLogin',
      summary: 'Send a browser to the identity provider',
      security: [],
      querystring: z.strictObject({ again: z.literal('1').optional() }),
      response: away,
    },
    handler: async (request, reply) => {
      const provider = providerOf(deps);
      const own = new URL(provider.redirectUri);
      // Its cookie must be there when the provider sends the browser back to that name.
      if (request.headers.host !== own.host && request.query.again === undefined)
        return reply.redirect(`${own.origin}${beginUrl}?again=1`);
      return telling(reply, log, async () => {
        const attempt = newAttempt(deps);
        const { secret, hash } = deps.newSecret();
        const url = await provider.begin(attempt);
        pending.add(hash, attempt, deps.clock.now());
        setCookie(reply, secret, attemptMs / 1000);
        return url;
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/auth/provider/callback',
    config: { isPublic: true },
    schema: {
      tags,
      operationId: 'endProviderLogin',
      summary: 'Where the identity provider sends a browser back to',
      security: [],
      // Providers add what they like.
      querystring: z.looseObject({ code: text, state: text, error: text }),
      response: away,
    },
    handler: async (request, reply) =>
      telling(reply, log, async () => {
        const provider = providerOf(deps);
        const attempt = takeAttempt(request, (secret) =>
          pending.take(deps.hashSecret(secret), deps.clock.now()),
        );
        setCookie(reply, '', 0);
        const { code } = request.query;
        if (code === undefined) throw over('The provider did not let you in.');
        const identity = await provider.finish(code, attempt);
        const client = request.headers['user-agent'] ?? '';
        const { user, cookie } = logInByProvider(deps, identity, { address: peerOf(request), client });
        noteLogin(deps, request, user);
        setLoginCookie(reply, cookie);
        return '/';
      }),
  });
}

/** A browser is told by the pages, which know the words of each code. */
async function telling(
  reply: FastifyReply,
  log: RouteContext['log'],
  work: () => Promise<string>,
): Promise<FastifyReply> {
  try {
    return reply.redirect(await work());
  } catch (thrown) {
    const error = toApiError(thrown);
    log.warn(
      { requestId: reply.request.id, code: error.code, error: thrown },
      'a login by the provider failed',
    );
    return reply.redirect(`/#refused=${error.code}`);
  }
}

/** Asked by GET, and still no mere look. What cannot be written down gives no cookie. */
function noteLogin({ store, clock }: ActionDeps, request: FastifyRequest, user: User): void {
  store.audit.append({
    at: clock.now(),
    actorId: user.id,
    actor: user.name,
    via: 'provider',
    address: peerOf(request),
    action: 'endProviderLogin',
    subject: user.name,
    outcome: 'done',
    details: { requestId: request.id },
  });
}

/** Of the browser that began it, in the state that it was given. */
function takeAttempt(
  { headers, query }: { headers: FastifyRequest['headers']; query: { state?: string | undefined } },
  take: (secret: string) => ProviderAttempt | null,
): ProviderAttempt {
  const cookie = new RegExp(`(?:^|; ?)${cookieName}=([\\w-]{20,100})(?:;|$)`).exec(headers.cookie ?? '');
  const attempt = cookie?.[1] === undefined ? null : take(cookie[1]);
  if (attempt === null || attempt.state !== query.state)
    throw over('This login did not begin in this browser, or took too long.');
  return attempt;
}

function over(message: string): CraneError {
  return new CraneError('auth.invalid', { message, fix: 'Begin again.' });
}

function providerOf({ identityProvider }: ActionDeps): IdentityProvider {
  if (identityProvider !== null) return identityProvider;
  throw new CraneError('route.not_found', {
    message: 'There is no identity provider here.',
    fix: 'Log in by password; an admin sets one up with CRANE_OIDC_ISSUER.',
  });
}

function newAttempt({ newSecret }: ActionDeps): ProviderAttempt {
  const [state, nonce, verifier] = [newSecret().secret, newSecret().secret, newSecret().secret];
  return { state, nonce, verifier };
}

function setCookie(reply: FastifyReply, secret: string, seconds: number): void {
  void reply.header('set-cookie', `${cookieName}=${secret}; ${cookieAttributes}; Max-Age=${seconds}`);
}
