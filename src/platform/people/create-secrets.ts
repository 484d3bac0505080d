import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { AccessTokens } from '../../core/port/access-tokens.ts';
import type { Passwords } from '../../core/port/passwords.ts';
import { encodeBase32, type Hmac } from '../../core/people/totp.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createPasswords } from './passwords.ts';

export type Secrets = {
  /** Sortable by time, unguessable. */
  newId: (prefix: string) => string;
  newSecret: () => { secret: string; hash: string };
  hashSecret: (secret: string) => string;
  newTotpSecret: () => string;
  hmacSha1: Hmac;
  /** Secrets that need not be kept: who has the data folder's credential can make them again. */
  deriveSecret: (name: string) => string;
  passwords: Passwords;
  accessTokens: AccessTokens;
};

/**
 * Everything random and everything signed of an installation. `tokenSecret` signs access tokens; empty = one that follows
 * from the credential. @throws `input.invalid` for one that could be guessed
 */
export function createSecrets(
  installation: { id: string; credential: string },
  tokenSecret: string,
): Secrets {
  const deriveSecret = (name: string): string =>
    createHmac('sha256', installation.credential).update(name).digest('base64url');
  return {
    newId: (prefix) =>
      `${prefix}-${Date.now().toString(36).padStart(9, '0')}${randomBytes(5).toString('hex')}`,
    newSecret: () => {
      const secret = randomBytes(32).toString('base64url');
      return { secret, hash: hashSecret(secret) };
    },
    hashSecret,
    newTotpSecret: () => encodeBase32(randomBytes(20)),
    hmacSha1: (key, counter) => createHmac('sha1', key).update(counter).digest(),
    deriveSecret,
    passwords: createPasswords(),
    accessTokens: createAccessTokens({
      secret: tokenSecret || deriveSecret('access tokens'),
      issuer: `crane:${installation.id}`,
    }),
  };
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
