import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { Database } from './database.ts';

type Migration = { number: number; name: string; sql: string };

const versionRow = z.object({ user_version: z.int() });

/** `NNNN-what.sql` files, which must number 1, 2, 3 … without a gap. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const number = Number(name.slice(0, 4));
    if (number !== index + 1) throw new Error(`migrations have a gap before ${name}`);
    return { number, name, sql: readFileSync(join(folder, name), 'utf8') };
  });
}

/**
 * Brings the database to the newest schema, each migration in a transaction of its own. A database that a newer Crane
 * wrote is refused with `store.unavailable`. Returns the names of the migrations that were applied.
 */
export function migrate(db: Database, migrations: readonly Migration[]): string[] {
  const newest = migrations.at(-1)?.number ?? 0;
  refuseNewer(readVersion(db), newest);
  return migrations.filter((migration) => applyOnce(db, migration)).map(({ name }) => name);
}

function applyOnce(db: Database, { number, sql }: Migration): boolean {
  return db.transaction(() => {
    // Read inside the transaction: another process may have been quicker.
    if (readVersion(db) >= number) return false;
    db.exec(sql);
    db.exec(`PRAGMA user_version = ${number}`);
    return true;
  });
}

function readVersion(db: Database): number {
  return db.get(versionRow, 'PRAGMA user_version')?.user_version ?? 0;
}

function refuseNewer(version: number, newest: number): void {
  if (version <= newest) return;
  throw new CraneError('store.unavailable', {
    message: `the database has schema ${version}, this Crane knows up to ${newest}`,
    fix: 'Run the newer Crane that wrote it, or choose another data folder.',
  });
}
