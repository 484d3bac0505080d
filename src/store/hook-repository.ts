import { z } from 'zod';
import type { DeployHook } from '../core/hook/hook.ts';
import type { Store } from '../core/port/store.ts';
import { flagColumn } from './column.ts';
import type { Database } from './database.ts';

const hookRow = z.object({
  id: z.string(),
  appId: z.int(),
  userId: z.int(),
  name: z.string(),
  service: z.string().nullable(),
  isAnyImage: flagColumn,
  createdAt: z.int(),
  lastUsedAt: z.int().nullable(),
}) satisfies z.ZodType<DeployHook>;

const columns = `id, app_id AS appId, user_id AS userId, name, service, is_any_image AS isAnyImage,
  created_at AS createdAt, last_used_at AS lastUsedAt`;

export function createHookRepository(db: Database): Store['hooks'] {
  return {
    create: ({ isAnyImage, ...hook }) => {
      const created = db.get(
        hookRow,
        `INSERT INTO hooks (id, app_id, user_id, name, service, is_any_image, created_at)
         VALUES (:id, :appId, :userId, :name, :service, :isAnyImage, :createdAt) RETURNING ${columns}`,
        { ...hook, isAnyImage: isAnyImage ? 1 : 0 },
      );
      if (created === null) throw new Error('the new hook was not returned');
      return created;
    },
    find: (id) => db.get(hookRow, `SELECT ${columns} FROM hooks WHERE id = :id`, { id }),
    list: (appId) =>
      db.all(hookRow, `SELECT ${columns} FROM hooks WHERE app_id = :appId ORDER BY created_at, id`, {
        appId,
      }),
    remove: (appId, id) => db.run('DELETE FROM hooks WHERE id = :id AND app_id = :appId', { id, appId }) > 0,
    markUsed: (id, at) => {
      db.run('UPDATE hooks SET last_used_at = :at WHERE id = :id', { id, at });
    },
  };
}
