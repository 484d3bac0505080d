import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import { checkTokenSecret } from '../../core/people/check-token-secret.ts';
import { accessTokenMs } from '../../core/people/login.ts';
import type { AccessTokens } from '../../core/port/access-tokens.ts';

const algorithm = 'HS256';
const tokenType = 'at+jwt';
const audience = 'crane-api';

const claims = z
  .object({
    user_id: z.int().positive(),
    sid: z.string().min(1).max(200),
    iat: z.int(),
    exp: z.int(),
  })
  // None that this server made lives longer; JSON has numbers without end.
  .refine(({ iat, exp }) => exp > iat && exp - iat <= accessTokenMs / 1000);

/**
 * JWTs of one algorithm, one type, one audience and one issuer (this installation). The key comes from the configuration or
 * the installation, never from a token. @throws `input.invalid` for a key that could be guessed
 */
export function createAccessTokens({ secret, issuer }: { secret: string; issuer: string }): AccessTokens {
  requireStrong(secret);
  const key = new TextEncoder().encode(secret);
  return {
    issue: async ({ userId, loginId }, now) => {
      const expiresAt = now + accessTokenMs;
      const token = await new SignJWT({ user_id: userId, sid: loginId })
        .setProtectedHeader({ alg: algorithm, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(String(userId))
        .setIssuedAt(seconds(now))
        .setNotBefore(seconds(now))
        .setExpirationTime(seconds(expiresAt))
        .setJti(crypto.randomUUID())
        .sign(key);
      return { token, expiresAt: seconds(expiresAt) * 1000 };
    },
    read: async (token, now) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          typ: tokenType,
          audience,
          issuer,
          currentDate: new Date(now),
          requiredClaims: ['exp', 'nbf', 'iat', 'sub', 'jti'],
        });
        const parsed = claims.safeParse(payload);
        if (!parsed.success || payload.sub !== String(parsed.data.user_id)) return null;
        return { userId: parsed.data.user_id, loginId: parsed.data.sid };
      } catch {
        // Whatever is wrong with it, it opens nothing, and why is nobody's business.
        return null;
      }
    },
  };
}

function requireStrong(secret: string): void {
  const problem = checkTokenSecret(secret);
  if (problem !== null)
    throw new CraneError('input.invalid', {
      message: `The secret of access tokens ${problem}.`,
      fix: 'Set CRANE_TOKEN_SECRET to what `openssl rand -base64 48` prints, or leave it unset.',
    });
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
