import { z } from 'zod';
import { feedKinds } from '../core/operation/feed.ts';
import type { FeedEvent } from '../core/operation/feed.ts';
import type { Log } from '../core/port/log.ts';
import type { Store } from '../core/port/store.ts';
import { anyRecord, jsonColumn, inScope as inScopeOf, scopeParameters } from './column.ts';
import type { Database } from './database.ts';

const feedRow = z.object({
  seq: z.int(),
  at: z.int(),
  kind: z.enum(feedKinds),
  appId: z.int().nullable(),
  app: z.string().nullable(),
  text: z.string(),
  data: jsonColumn(anyRecord),
}) satisfies z.ZodType<FeedEvent>;

/** Under the name its app has now, so that one asked for by name is found whole; of one that is gone the last it had. */
const columns = `seq, at, kind, app_id AS appId,
  coalesce((SELECT unique_name FROM apps WHERE apps.id = app_id), app) AS app, text, data`;
const seqRow = z.object({ seq: z.int().nullable() });

/** Events beyond this many are forgotten, oldest first. */
const maxEvents = 50_000;
const trimEvery = 500;

const inScope = inScopeOf('app_id', 'owner_id');

/** Activity of the platform (no app: everybody sees it) and of apps (their owners see it, also after the app is gone). */
export function createFeedRepository(
  db: Database,
  log: Log | null,
  limits: { maxEvents: number } = { maxEvents },
): Store['feed'] {
  const listeners = new Set<(event: FeedEvent) => void>();

  function tell(event: FeedEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (cause) {
        log?.error({ cause, seq: event.seq }, 'a listener of the feed failed');
      }
    }
  }

  return {
    // What must not be lost is told in the transaction of what it tells.
    append: (event) =>
      db.unflushed(() => {
        const stored = insertEvent(db, event);
        if (stored.seq % Math.min(trimEvery, limits.maxEvents) === 0)
          db.run('DELETE FROM feed WHERE seq <= :last', { last: stored.seq - limits.maxEvents });
        db.afterCommit(() => tell(stored));
        return stored;
      }),
    since: (scope, afterSeq, limit) =>
      db.all(
        feedRow,
        `SELECT ${columns} FROM feed
         WHERE seq > :afterSeq AND (${inScope} OR app_id IS NULL)
         ORDER BY seq LIMIT :limit`,
        { afterSeq, ...scopeParameters(scope), limit },
      ),
    lastSeq: () => db.get(seqRow, 'SELECT max(seq) AS seq FROM feed')?.seq ?? 0,
    subscribe: (listener) => {
      // A wrapper of its own, so that the same function given twice is told twice and stopped once.
      const own = (event: FeedEvent): void => listener(event);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}

function insertEvent(db: Database, event: Omit<FeedEvent, 'seq'>): FeedEvent {
  const stored = db.get(
    feedRow,
    `INSERT INTO feed (at, kind, app_id, owner_id, app, text, data)
     VALUES (:at, :kind, :appId, (SELECT owner_id FROM app_owners WHERE app_id = :appId), :app, :text, :data)
     RETURNING ${columns}`,
    { ...event, data: JSON.stringify(event.data) },
  );
  if (stored === null) throw new Error('the new event was not returned');
  return stored;
}
