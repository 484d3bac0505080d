import { z } from 'zod';
import type { AppSecret, SecretStore } from '../core/port/secret-store.ts';
import type { Database } from './database.ts';
import type { SealedTexts } from './sealed-texts.ts';

const secretRow = z.object({
  appId: z.int(),
  name: z.string(),
  updatedAt: z.int(),
  updatedBy: z.int(),
}) satisfies z.ZodType<AppSecret>;
const valueRow = z.object({ value: z.string() });

/** As reseal.ts has it. */
const placeOf = (appId: number, name: string): string => `secret ${appId}/${name}`;

export function createSecretRepository(
  db: Database,
  vault: Pick<SealedTexts, 'seal' | 'open'>,
): SecretStore['secrets'] {
  return {
    list: (appId) =>
      db.all(
        secretRow,
        `SELECT app_id AS appId, name, updated_at AS updatedAt, updated_by AS updatedBy FROM app_secrets
         WHERE app_id = :appId ORDER BY name`,
        { appId },
      ),
    value: (appId, name) => {
      const found = db.get(valueRow, 'SELECT value FROM app_secrets WHERE app_id = :appId AND name = :name', {
        appId,
        name,
      });
      return found === null ? null : vault.open(found.value, placeOf(appId, name));
    },
    set: ({ value, ...secret }) => {
      db.run(
        `INSERT OR REPLACE INTO app_secrets (app_id, name, value, updated_at, updated_by)
         VALUES (:appId, :name, :value, :updatedAt, :updatedBy)`,
        { ...secret, value: vault.seal(value, placeOf(secret.appId, secret.name)) },
      );
    },
    remove: (appId, name) =>
      db.run('DELETE FROM app_secrets WHERE app_id = :appId AND name = :name', { appId, name }) > 0,
  };
}
