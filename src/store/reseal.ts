import { z } from 'zod';
import type { Database } from './database.ts';
import type { Seal } from './seal.ts';

const row = z.object({ id: z.int(), place: z.string(), text: z.string() });

/**
 * What is sealed at rest: values of secrets of releases and of apps, what operations were handed (files and variables of people), and
 * authenticators.
 */
const sealed = [
  {
    find: `SELECT rowid AS id, 'release ' || app_id AS place, secrets AS text FROM releases`,
    change: 'UPDATE releases SET secrets = :text WHERE rowid = :id',
  },
  {
    find: `SELECT rowid AS id, 'operation ' || id AS place, input AS text FROM operations WHERE input IS NOT NULL`,
    change: 'UPDATE operations SET input = :text WHERE rowid = :id',
  },
  {
    find: `SELECT user_id AS id, 'second factor ' || user_id AS place, secret AS text FROM second_factors`,
    change: 'UPDATE second_factors SET secret = :text WHERE user_id = :id',
  },
  {
    find: `SELECT rowid AS id, 'secret ' || app_id || '/' || name AS place, value AS text FROM app_secrets`,
    change: 'UPDATE app_secrets SET value = :text WHERE rowid = :id',
  },
] as const;

/** Seals with the current key whatever is not; gives how many texts. All or nothing. */
export function reseal(db: Database, seal: Seal): number {
  return db.transaction(() => {
    let count = 0;
    for (const { find, change } of sealed)
      for (const { id, place, text } of db.all(row, find)) {
        if (seal.isCurrent(text)) continue;
        db.run(change, { id, text: seal.seal(seal.open(text, place), place) });
        count += 1;
      }
    return count;
  });
}
