import { z } from 'zod';
import type { Login } from '../core/people/login.ts';
import type { Invitation } from '../core/people/user.ts';
import { roles } from '../core/people/user.ts';
import type { Store, User } from '../core/port/store.ts';
import type { Database } from './database.ts';
import { userColumns, userRow } from './user-repository.ts';

const loginRow = z.object({
  id: z.string(),
  userId: z.int(),
  kind: z.enum(['browser', 'api']),
  address: z.string(),
  client: z.string(),
  createdAt: z.int(),
  seenAt: z.int(),
  idleAt: z.int(),
  expiresAt: z.int(),
}) satisfies z.ZodType<Login>;
const columns = `id, user_id AS userId, kind, address, client, created_at AS createdAt, seen_at AS seenAt,
  idle_at AS idleAt, expires_at AS expiresAt`;
const isGood = 'idle_at > :now AND expires_at > :now';

export function createLoginRepository(db: Database): Store['logins'] {
  const withUser = (login: Login | null): { user: User; login: Login } | null => {
    if (login === null) return null;
    const user = db.get(userRow, `SELECT ${userColumns} FROM users WHERE id = :id AND is_disabled = 0`, {
      id: login.userId,
    });
    return user === null ? null : { user, login };
  };
  return {
    create: (login) => {
      db.run(
        `INSERT INTO logins (id, user_id, kind, hash, address, client, created_at, seen_at, idle_at, expires_at)
         VALUES (:id, :userId, :kind, :hash, :address, :client, :createdAt, :seenAt, :idleAt, :expiresAt)`,
        login,
      );
    },
    find: (id, now) =>
      withUser(db.get(loginRow, `SELECT ${columns} FROM logins WHERE id = :id AND ${isGood}`, { id, now })),
    findByHash: (hash, now) =>
      withUser(
        db.get(loginRow, `SELECT ${columns} FROM logins WHERE hash = :hash AND ${isGood}`, { hash, now }),
      ),
    list: (userId, now) =>
      db.all(
        loginRow,
        `SELECT ${columns} FROM logins WHERE user_id = :userId AND ${isGood} ORDER BY seen_at DESC, id`,
        { userId, now },
      ),
    touch: (id, { seenAt, idleAt }) => {
      db.run('UPDATE logins SET seen_at = :seenAt, idle_at = :idleAt WHERE id = :id', { id, seenAt, idleAt });
    },
    rotate: (id, next) =>
      db.transaction(() => {
        db.run('INSERT INTO spent_refreshes (hash, login_id) SELECT hash, id FROM logins WHERE id = :id', {
          id,
        });
        db.run('UPDATE logins SET hash = :hash, seen_at = :seenAt, idle_at = :idleAt WHERE id = :id', {
          id,
          ...next,
        });
      }),
    spentBy: (hash) =>
      db.get(
        z.object({ loginId: z.string() }),
        'SELECT login_id AS loginId FROM spent_refreshes WHERE hash = :hash',
        { hash },
      )?.loginId ?? null,
    remove: (userId, id) =>
      db.run('DELETE FROM logins WHERE id = :id AND user_id = :userId', { id, userId }) > 0,
    removeAll: (userId, but) =>
      db.run('DELETE FROM logins WHERE user_id = :userId AND (:but IS NULL OR id <> :but)', { userId, but }),
    sweep: (now) => {
      db.run('DELETE FROM logins WHERE idle_at <= :now OR expires_at <= :now', { now });
    },
  };
}

const invitationRow = z.object({
  id: z.int(),
  role: z.enum(roles),
  createdAt: z.int(),
  expiresAt: z.int(),
}) satisfies z.ZodType<Invitation>;
const invitationColumns = 'id, role, created_at AS createdAt, expires_at AS expiresAt';

export function createInvitationRepository(db: Database): Store['invitations'] {
  return {
    create: (invitation) => {
      const created = db.get(
        invitationRow,
        `INSERT INTO invitations (hash, role, created_by, created_at, expires_at)
         VALUES (:hash, :role, :createdBy, :createdAt, :expiresAt) RETURNING ${invitationColumns}`,
        invitation,
      );
      if (created === null) throw new Error('the new invitation was not returned');
      return created;
    },
    list: (now) =>
      db.all(
        invitationRow,
        `SELECT ${invitationColumns} FROM invitations WHERE expires_at > :now ORDER BY id`,
        { now },
      ),
    redeem: (hash, now) =>
      db.get(
        invitationRow,
        `DELETE FROM invitations WHERE hash = :hash AND expires_at > :now RETURNING ${invitationColumns}`,
        { hash, now },
      ),
    remove: (id) => db.run('DELETE FROM invitations WHERE id = :id', { id }) > 0,
  };
}
