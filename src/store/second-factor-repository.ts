import { z } from 'zod';
import type { SecondFactor } from '../core/people/second-factor.ts';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';
import type { SealedTexts } from './sealed-texts.ts';

const factorRow = z.object({
  userId: z.int(),
  createdAt: z.int(),
  confirmedAt: z.int().nullable(),
  lastStep: z.int(),
  failures: z.int(),
  openAt: z.int(),
  codesLeft: z.int(),
}) satisfies z.ZodType<SecondFactor>;
const secretRow = z.object({ secret: z.string() });

export function createSecondFactorRepository(
  db: Database,
  vault: Pick<SealedTexts, 'seal' | 'open'>,
): Store['secondFactors'] {
  return {
    find: (userId) =>
      db.get(
        factorRow,
        `SELECT user_id AS userId, created_at AS createdAt, confirmed_at AS confirmedAt, last_step AS lastStep, failures,
           open_at AS openAt, (SELECT count(*) FROM recovery_codes WHERE user_id = :userId) AS codesLeft
         FROM second_factors WHERE user_id = :userId`,
        { userId },
      ),
    secret: (userId) => {
      const found = db.get(secretRow, 'SELECT secret FROM second_factors WHERE user_id = :userId', {
        userId,
      });
      return found === null ? null : vault.open(found.secret, placeOf(userId));
    },
    begin: ({ userId, secret, at }) => {
      db.run(
        `INSERT INTO second_factors (user_id, secret, created_at) VALUES (:userId, :secret, :at)
         ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0`,
        { userId, secret: vault.seal(secret, placeOf(userId)), at },
      );
    },
    confirm: (userId, at) => {
      db.run('UPDATE second_factors SET confirmed_at = :at WHERE user_id = :userId', { userId, at });
    },
    succeed: (userId, step) => {
      db.run(
        'UPDATE second_factors SET last_step = max(last_step, :step), failures = 0, open_at = 0 WHERE user_id = :userId',
        { userId, step },
      );
    },
    fail: (userId, { failures, openAt }) => {
      db.run('UPDATE second_factors SET failures = :failures, open_at = :openAt WHERE user_id = :userId', {
        userId,
        failures,
        openAt,
      });
    },
    setCodes: (userId, hashes) =>
      db.transaction(() => {
        db.run('DELETE FROM recovery_codes WHERE user_id = :userId', { userId });
        for (const hash of hashes)
          db.run('INSERT INTO recovery_codes (user_id, hash) VALUES (:userId, :hash)', { userId, hash });
      }),
    spendCode: (userId, hash) =>
      db.run('DELETE FROM recovery_codes WHERE user_id = :userId AND hash = :hash', { userId, hash }) > 0,
    remove: (userId) => db.run('DELETE FROM second_factors WHERE user_id = :userId', { userId }) > 0,
  };
}

function placeOf(userId: number): string {
  return `second factor ${userId}`;
}
