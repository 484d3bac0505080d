import { createHmac } from 'node:crypto';
import { testTokenSecret } from './action-deps.ts';

type Parts = {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: string;
  hash?: string;
};

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** An access token made by hand: right as far as nothing else is said. `now` in milliseconds. */
export function forgeToken(
  { userId, loginId, now }: { userId: number; loginId: string; now: number },
  { header, claims, key = testTokenSecret, hash = 'sha256' }: Parts = {},
): string {
  const seconds = Math.floor(now / 1000);
  const body = [
    encode({ alg: 'HS256', typ: 'at+jwt', ...header }),
    encode({
      user_id: userId,
      sub: String(userId),
      sid: loginId,
      iss: 'crane:test',
      aud: 'crane-api',
      iat: seconds,
      nbf: seconds,
      exp: seconds + 600,
      jti: 'j',
      ...claims,
    }),
  ].join('.');
  return `${body}.${createHmac(hash, key).update(body).digest('base64url')}`;
}

/** The same with these texts as they are, for what is no JSON. */
export function signRaw(header: string, claims: string): string {
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${createHmac('sha256', testTokenSecret).update(body).digest('base64url')}`;
}
