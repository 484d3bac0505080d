import { z } from 'zod';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';

/** Longer than any interval that makes sense; what is older counts as never pulled. */
const keptMs = 400 * 86_400_000;

export function createPullRepository(db: Database): Store['pulls'] {
  return {
    lastAt: (ref, platform) =>
      db.get(z.object({ at: z.int() }), 'SELECT at FROM pulls WHERE ref = :ref AND platform = :platform', {
        ref,
        platform: platform ?? '',
      })?.at ?? null,
    record: (ref, platform, at) => {
      db.run(
        `INSERT INTO pulls (ref, platform, at) VALUES (:ref, :platform, :at)
         ON CONFLICT (ref, platform) DO UPDATE SET at = excluded.at`,
        { ref, platform: platform ?? '', at },
      );
      db.run('DELETE FROM pulls WHERE at < :before', { before: at - keptMs });
    },
  };
}
