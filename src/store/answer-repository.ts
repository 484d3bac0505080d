import { z } from 'zod';
import type { KeptAnswer, Store } from '../core/port/store.ts';
import type { Database } from './database.ts';

const answerRow = z.object({ requestHash: z.string(), sealed: z.string() }) satisfies z.ZodType<KeptAnswer>;

/** Answers to changes that brought an Idempotency-Key; the old ones go whenever a new one comes. */
export function createAnswerRepository(db: Database): Store['answers'] {
  return {
    find: (userId, keyHash, since) =>
      db.get(
        answerRow,
        `SELECT request_hash AS requestHash, sealed FROM answers
         WHERE user_id = :userId AND key_hash = :keyHash AND at > :since`,
        { userId, keyHash, since },
      ),
    keep: ({ forgetBefore, ...answer }) =>
      db.transaction(() => {
        db.run('DELETE FROM answers WHERE at <= :forgetBefore', { forgetBefore });
        db.run(
          `INSERT INTO answers (user_id, key_hash, request_hash, sealed, at)
           VALUES (:userId, :keyHash, :requestHash, :sealed, :at)`,
          answer,
        );
      }),
  };
}
