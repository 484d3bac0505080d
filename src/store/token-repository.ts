import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store, Token } from '../core/port/store.ts';
import type { Database } from './database.ts';
import { tokenVerbs } from '../core/people/token-scope.ts';
import { nullableJsonColumn, toJson } from './column.ts';
import { userColumns, userRow } from './user-repository.ts';

const tokenRow = z.object({
  id: z.int(),
  userId: z.int(),
  name: z.string(),
  verbs: nullableJsonColumn(z.array(z.enum(tokenVerbs))),
  appIds: nullableJsonColumn(z.array(z.int())),
  createdAt: z.int(),
  expiresAt: z.int().nullable(),
  lastUsedAt: z.int().nullable(),
}) satisfies z.ZodType<Token>;

const columns =
  'id, user_id AS userId, name, verbs, app_ids AS appIds, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt';

// A write for each request would cost a disk flush; to the minute is enough for people.
const lastUsedStepMs = 60_000;

export function createTokenRepository(db: Database): Store['tokens'] {
  return {
    create: ({ verbs, appIds, ...token }) => {
      const created = db.get(
        tokenRow,
        `INSERT INTO tokens (user_id, name, hash, created_at, expires_at, verbs, app_ids)
         VALUES (:userId, :name, :hash, :at, :expiresAt, :verbs, :appIds) RETURNING ${columns}`,
        { ...token, verbs: toJson(verbs), appIds: toJson(appIds) },
      );
      if (created === null) throw new Error('the new token was not returned');
      return created;
    },
    authenticate: (hash, now) => {
      const token = db.get(
        tokenRow,
        `SELECT ${columns} FROM tokens WHERE hash = :hash AND (expires_at IS NULL OR expires_at > :now)`,
        { hash, now },
      );
      if (token === null) return null;
      const user = db.get(userRow, `SELECT ${userColumns} FROM users WHERE id = :id AND is_disabled = 0`, {
        id: token.userId,
      });
      return user === null ? null : { user, token: markUsed(db, token, now) };
    },
    list: (userId) =>
      db.all(tokenRow, `SELECT ${columns} FROM tokens WHERE user_id = :userId ORDER BY id`, { userId }),
    revoke: (userId, id) =>
      db.run('DELETE FROM tokens WHERE id = :id AND user_id = :userId', { id, userId }) > 0,
    revokeAll: (userId) => db.run('DELETE FROM tokens WHERE user_id = :userId', { userId }),
  };
}

function markUsed(db: Database, token: Token, now: number): Token {
  if (token.lastUsedAt !== null && now - token.lastUsedAt < lastUsedStepMs) return token;
  try {
    db.run('UPDATE tokens SET last_used_at = :now WHERE id = :id', { now, id: token.id });
  } catch (thrown) {
    // With a full disk people must still be able to look; what they try to write fails by itself.
    if (!(thrown instanceof CraneError)) throw thrown;
    return token;
  }
  return { ...token, lastUsedAt: now };
}
