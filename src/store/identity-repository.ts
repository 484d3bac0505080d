import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';
import { userColumns, userRow } from './user-repository.ts';

export function createIdentityRepository(db: Database): Store['identities'] {
  return {
    find: ({ issuer, subject }) =>
      db.get(
        userRow,
        `SELECT ${userColumns} FROM users WHERE removed_at IS NULL
           AND id = (SELECT user_id FROM identities WHERE issuer = :issuer AND subject = :subject)`,
        { issuer, subject },
      ),
    add: ({ issuer, subject, userId, at }) => {
      db.run(
        `INSERT INTO identities (issuer, subject, user_id, created_at) VALUES (:issuer, :subject, :userId, :at)`,
        { issuer, subject, userId, at },
      );
    },
  };
}
