import { z } from 'zod';
import { uniqueAppName } from '../core/app/app-name.ts';
import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import { inScope as inScopeOf, scopeParameters } from './column.ts';
import type { Database } from './database.ts';

const appRow = z.object({
  id: z.int(),
  name: z.string(),
  uniqueName: z.string(),
  engineName: z.string(),
  defaultNetwork: z.string().nullable(),
  ownerId: z.int(),
  intent: z.enum(['running', 'stopped', 'deleted']),
  releaseNumber: z.int().nullable(),
  stableReleaseNumber: z.int().nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
  revision: z.int(),
}) satisfies z.ZodType<App>;

const columns = `id, name, unique_name AS uniqueName, engine_name AS engineName, default_network AS defaultNetwork, owner_id AS ownerId, intent,
  release_number AS releaseNumber, stable_release_number AS stableReleaseNumber, created_at AS createdAt, updated_at AS updatedAt, revision`;
const inScope = inScopeOf('id', 'owner_id');

export function createAppRepository(db: Database): Store['apps'] {
  return {
    create: ({ name, ownerId, at }) => db.transaction(() => insertApp(db, { name, ownerId, at })),
    find: (scope, ref) => {
      const isId = typeof ref === 'number' || /^\d{1,15}$/.test(ref);
      return db.get(
        appRow,
        `SELECT ${columns} FROM apps WHERE ${isId ? 'id = :ref' : ':ref IN (unique_name, engine_name)'} AND ${inScope}`,
        { ref: isId ? Number(ref) : ref, ...scopeParameters(scope) },
      );
    },
    findByName: (scope, name) =>
      db.all(appRow, `SELECT ${columns} FROM apps WHERE name = :name AND ${inScope} ORDER BY id`, {
        name,
        ...scopeParameters(scope),
      }),
    list: (scope) =>
      db.all(appRow, `SELECT ${columns} FROM apps WHERE ${inScope} ORDER BY id`, {
        ...scopeParameters(scope),
      }),
    ownerOf: (id) =>
      db.get(
        z.object({ ownerId: z.int() }),
        'SELECT owner_id AS ownerId FROM app_owners WHERE app_id = :id',
        { id },
      )?.ownerId ?? null,
    update: (id, change, at) => db.transaction(() => updateApp(db, id, change, at)),
    takeNetwork: (id, network) => {
      db.run('UPDATE apps SET default_network = :network WHERE id = :id', { id, network });
    },
    remove: (id) => {
      db.run('DELETE FROM apps WHERE id = :id', { id });
    },
  };
}

function insertApp(db: Database, { name, ownerId, at }: { name: string; ownerId: number; at: number }): App {
  const allotted = db.get(
    z.object({ id: z.int() }),
    'INSERT INTO app_owners (owner_id) VALUES (:ownerId) RETURNING app_id AS id',
    { ownerId },
  );
  if (allotted === null) throw new Error('no app id was allotted');
  const { id } = allotted;
  const app = db.get(
    appRow,
    `INSERT INTO apps (id, name, unique_name, engine_name, owner_id, intent, created_at, updated_at, revision)
     VALUES (:id, :name, :uniqueName, :uniqueName, :ownerId, 'running', :at, :at, 1) RETURNING ${columns}`,
    { id, name, uniqueName: uniqueAppName(name, id), ownerId, at },
  );
  if (app === null) throw new Error('the new app was not returned');
  return app;
}

function updateApp(
  db: Database,
  id: number,
  change: Partial<Pick<App, 'name' | 'ownerId' | 'intent' | 'releaseNumber' | 'stableReleaseNumber'>>,
  at: number,
): App {
  const before = db.get(appRow, `SELECT ${columns} FROM apps WHERE id = :id`, { id });
  if (before === null) throw new CraneError('app.not_found', `app ${id} does not exist`);
  const { name, ownerId, intent, releaseNumber, stableReleaseNumber } = { ...before, ...change };
  const after = db.get(
    appRow,
    `UPDATE apps SET name = :name, unique_name = :uniqueName, owner_id = :ownerId, intent = :intent, release_number = :releaseNumber,
       stable_release_number = :stableReleaseNumber, updated_at = :at, revision = revision + 1
     WHERE id = :id RETURNING ${columns}`,
    {
      id,
      name,
      uniqueName: uniqueAppName(name, id),
      ownerId,
      intent,
      releaseNumber,
      stableReleaseNumber,
      at,
    },
  );
  if (after === null) throw new Error('the changed app was not returned');
  if (ownerId !== before.ownerId)
    db.run('UPDATE app_owners SET owner_id = :ownerId WHERE app_id = :id', { id, ownerId });
  return after;
}
