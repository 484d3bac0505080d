import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store, User } from '../core/port/store.ts';
import { roles } from '../core/people/user.ts';
import { quotaNames } from '../core/quota/quota.ts';
import { flagColumn, nullableJsonColumn } from './column.ts';
import type { Database } from './database.ts';
import { isDuplicate } from './store-error.ts';

export const userRow = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(roles),
  createdAt: z.int(),
  isDisabled: flagColumn,
  hasPassword: flagColumn,
}) satisfies z.ZodType<User>;

const countRow = z.object({ total: z.int() });
const quotaRow = z.object({
  quota: nullableJsonColumn(z.partialRecord(z.enum(quotaNames), z.number().nullable())),
});
const hashRow = z.object({ hash: z.string().nullable() });
export const userColumns =
  'id, name, role, created_at AS createdAt, is_disabled AS isDisabled, password_hash IS NOT NULL AS hasPassword';

export function createUserRepository(db: Database): Store['users'] {
  return {
    count: () => db.get(countRow, 'SELECT count(*) AS total FROM users')?.total ?? 0,
    create: ({ name, role, at, passwordHash }) => {
      try {
        const user = db.get(
          userRow,
          `INSERT INTO users (name, role, created_at, password_hash) VALUES (:name, :role, :at, :passwordHash)
           RETURNING ${userColumns}`,
          { name, role, at, passwordHash: passwordHash ?? null },
        );
        if (user === null) throw new Error('the new user was not returned');
        return user;
      } catch (thrown) {
        if (!isDuplicate(thrown)) throw thrown;
        throw new CraneError('input.invalid', {
          message: `a user called ${JSON.stringify(name)} exists already`,
          fix: 'Choose another name.',
          errors: [{ pointer: '/name', message: 'is taken' }],
        });
      }
    },
    find: (id) =>
      db.get(userRow, `SELECT ${userColumns} FROM users WHERE id = :id AND removed_at IS NULL`, { id }),
    findByName: (name) =>
      db.get(userRow, `SELECT ${userColumns} FROM users WHERE name = :name AND removed_at IS NULL`, { name }),
    list: () => db.all(userRow, `SELECT ${userColumns} FROM users WHERE removed_at IS NULL ORDER BY id`),
    update: (id, { role, isDisabled }) => {
      const after = db.get(
        userRow,
        `UPDATE users SET role = coalesce(:role, role), is_disabled = coalesce(:isDisabled, is_disabled)
         WHERE id = :id RETURNING ${userColumns}`,
        { id, role: role ?? null, isDisabled: isDisabled === undefined ? null : Number(isDisabled) },
      );
      if (after === null) throw new Error(`there is no user ${id}`);
      return after;
    },
    passwordHash: (id) =>
      db.get(hashRow, 'SELECT password_hash AS hash FROM users WHERE id = :id', { id })?.hash ?? null,
    setPassword: (id, hash) => {
      db.run('UPDATE users SET password_hash = :hash WHERE id = :id', { id, hash });
    },
    quota: (id) => db.get(quotaRow, 'SELECT quota FROM users WHERE id = :id', { id })?.quota ?? {},
    setQuota: (id, quota) => {
      db.run('UPDATE users SET quota = :quota WHERE id = :id', { id, quota: JSON.stringify(quota) });
    },
    remove: (id, at) =>
      db.transaction(() => {
        db.run(
          `UPDATE users SET name = name || ' (removed ' || id || ')', is_disabled = 1, password_hash = NULL,
             removed_at = :at WHERE id = :id`,
          { id, at },
        );
        db.run('DELETE FROM tokens WHERE user_id = :id', { id });
        db.run('DELETE FROM logins WHERE user_id = :id', { id });
        db.run('DELETE FROM second_factors WHERE user_id = :id', { id });
        db.run('DELETE FROM identities WHERE user_id = :id', { id });
      }),
  };
}
