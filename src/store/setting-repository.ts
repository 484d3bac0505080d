import { z } from 'zod';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';

const settingRow = z.object({ value: z.string() });

export function createSettingRepository(db: Database): Store['settings'] {
  return {
    get: (key) => db.get(settingRow, 'SELECT value FROM settings WHERE key = :key', { key })?.value ?? null,
    set: (key, value) => {
      db.run(
        `INSERT INTO settings (key, value) VALUES (:key, :value)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        { key, value },
      );
    },
    remove: (key) => {
      db.run('DELETE FROM settings WHERE key = :key', { key });
    },
  };
}
