import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store, User } from '../core/port/store.ts';
import { flagColumn } from './column.ts';
import type { Database } from './database.ts';
import { isDuplicate } from './store-error.ts';

export const userRow = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(['admin', 'user']),
  createdAt: z.int(),
  isDisabled: flagColumn,
}) satisfies z.ZodType<User>;

const countRow = z.object({ total: z.int() });
const columns = 'id, name, role, created_at AS createdAt, is_disabled AS isDisabled';

export function createUserRepository(db: Database): Store['users'] {
  return {
    count: () => db.get(countRow, 'SELECT count(*) AS total FROM users')?.total ?? 0,
    create: ({ name, role, at }) => {
      try {
        const user = db.get(
          userRow,
          `INSERT INTO users (name, role, created_at) VALUES (:name, :role, :at) RETURNING ${columns}`,
          { name, role, at },
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
    find: (id) => db.get(userRow, `SELECT ${columns} FROM users WHERE id = :id`, { id }),
    list: () => db.all(userRow, `SELECT ${columns} FROM users ORDER BY id`),
  };
}
