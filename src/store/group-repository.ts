import { z } from 'zod';
import { memberRoles, strongerRole, type MemberRole } from '../core/access/access.ts';
import type { Group, GroupMember } from '../core/access/group.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';
import { isDuplicate } from './store-error.ts';

const groupRow = z.object({
  id: z.int(),
  name: z.string(),
  createdAt: z.int(),
}) satisfies z.ZodType<Group>;
const columns = 'id, name, created_at AS createdAt';
const memberRow = z.object({
  userId: z.int(),
  name: z.string(),
  role: z.enum(memberRoles),
}) satisfies z.ZodType<GroupMember>;

export function createGroupRepository(db: Database): Store['groups'] {
  return {
    create: (group) => {
      try {
        const created = db.get(
          groupRow,
          `INSERT INTO groups (name, created_at) VALUES (:name, :at) RETURNING ${columns}`,
          group,
        );
        if (created === null) throw new Error('the new group was not returned');
        return created;
      } catch (thrown) {
        if (!isDuplicate(thrown)) throw thrown;
        throw new CraneError('input.invalid', {
          message: `a group called ${JSON.stringify(group.name)} exists already`,
          fix: 'Choose another name.',
          errors: [{ pointer: '/name', message: 'is taken' }],
        });
      }
    },
    findByName: (name) => db.get(groupRow, `SELECT ${columns} FROM groups WHERE name = :name`, { name }),
    list: (userId) =>
      db.all(
        groupRow,
        `SELECT ${columns} FROM groups WHERE :userId IS NULL
           OR id IN (SELECT group_id FROM group_members WHERE user_id = :userId) ORDER BY name`,
        { userId },
      ),
    remove: (id) => {
      db.run('DELETE FROM groups WHERE id = :id', { id });
    },
    members: (id) =>
      db.all(
        memberRow,
        `SELECT users.id AS userId, users.name AS name, group_members.role AS role
         FROM group_members JOIN users ON users.id = user_id
         WHERE group_id = :id AND removed_at IS NULL ORDER BY users.name`,
        { id },
      ),
    setMember: (id, userId, role) => {
      if (role === null)
        db.run('DELETE FROM group_members WHERE group_id = :id AND user_id = :userId', { id, userId });
      else
        db.run(
          `INSERT INTO group_members (group_id, user_id, role) VALUES (:id, :userId, :role)
           ON CONFLICT (group_id, user_id) DO UPDATE SET role = excluded.role`,
          { id, userId, role },
        );
    },
    apps: (id) =>
      db
        .all(
          z.object({ appId: z.int() }),
          'SELECT app_id AS appId FROM group_apps WHERE group_id = :id ORDER BY app_id',
          { id },
        )
        .map(({ appId }) => appId),
    share: (id, appId, isShared) => {
      if (isShared)
        db.run('INSERT OR IGNORE INTO group_apps (group_id, app_id) VALUES (:id, :appId)', { id, appId });
      else db.run('DELETE FROM group_apps WHERE group_id = :id AND app_id = :appId', { id, appId });
    },
    roleFor: (userId, appId) =>
      db
        .all(
          z.object({ role: z.enum(memberRoles) }),
          'SELECT role FROM shared_apps WHERE app_id = :appId AND user_id = :userId',
          { userId, appId },
        )
        .reduce<MemberRole | null>(
          (best, { role }) => (best === null ? role : strongerRole(best, role)),
          null,
        ),
  };
}
