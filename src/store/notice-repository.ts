import { z } from 'zod';
import { noticeKinds, noticeSeverities, type Notice } from '../core/notice/notice.ts';
import type { Store } from '../core/port/store.ts';
import { inScope, jsonColumn, scopeParameters, textRecord } from './column.ts';
import type { Database } from './database.ts';
import { positionOf, toPaged } from './page-cursor.ts';

const noticeRow = z.object({
  id: z.int(),
  key: z.string(),
  kind: z.enum(noticeKinds),
  severity: z.enum(noticeSeverities),
  state: z.enum(['open', 'over', 'once']),
  appId: z.int().nullable(),
  ownerId: z.int().nullable(),
  app: z.string().nullable(),
  service: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  labels: jsonColumn(textRecord),
  at: z.int(),
  lastAt: z.int(),
  times: z.int(),
  overAt: z.int().nullable(),
}) satisfies z.ZodType<Notice>;
const columns = `id, key, kind, severity, state, app_id AS appId, owner_id AS ownerId, app, service, title, text, labels, at,
  last_at AS lastAt, times, over_at AS overAt`;

const visible = inScope('app_id', 'owner_id');

/** Notices beyond this many are forgotten, the oldest first, unless they are open. */
const keptNotices = 10_000;

/** What people are told; the platform's own are for everybody. */
export function createNoticeRepository(db: Database): Store['notices'] {
  const end = (where: string, parameters: Record<string, string | number>, at: number): Notice[] =>
    db.all(
      noticeRow,
      `UPDATE notices SET state = 'over', over_at = :at WHERE state = 'open' AND ${where} RETURNING ${columns}`,
      { ...parameters, at },
    );
  const listeners = new Set<() => void>();
  return {
    raise: (notice, about) =>
      db.transaction(() => {
        const raised = raise(db, notice, about);
        if (raised.isNew) db.afterCommit(() => listeners.forEach((listener) => listener()));
        return raised;
      }),
    subscribe: (listener) => {
      const own = (): void => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    end: (key, at) => end('key = :key', { key }, at),
    endOfApp: (appId, at) => end('app_id = :appId', { appId }, at),
    open: () => db.all(noticeRow, `SELECT ${columns} FROM notices WHERE state = 'open' ORDER BY id`),
    find: (id) => db.get(noticeRow, `SELECT ${columns} FROM notices WHERE id = :id`, { id }),
    list: (scope, { afterId, appId }, page) => {
      const isForward = afterId !== null;
      const rows = db.all(
        noticeRow,
        `SELECT ${columns} FROM notices
         WHERE (${visible} OR app_id IS NULL) AND (:appId IS NULL OR app_id = :appId)
           AND id > :after AND (:before IS NULL OR ${isForward ? 'id > :before' : 'id < :before'})
         ORDER BY id ${isForward ? '' : 'DESC'} LIMIT :limit`,
        {
          ...scopeParameters(scope),
          appId,
          after: afterId ?? 0,
          before: positionOf(page),
          limit: page.limit + 1,
        },
      );
      return toPaged(
        rows.map((item) => ({ position: item.id, item })),
        page.limit,
      );
    },
    readTo: (userId) =>
      db.get(z.object({ id: z.int() }), 'SELECT read_to AS id FROM inbox_marks WHERE user_id = :userId', {
        userId,
      })?.id ?? 0,
    markRead: (userId, id) => {
      db.run(
        `INSERT INTO inbox_marks (user_id, read_to) VALUES (:userId, :id)
         ON CONFLICT (user_id) DO UPDATE SET read_to = max(read_to, excluded.read_to)`,
        { userId, id },
      );
    },
  };
}

type Raise = Store['notices']['raise'];

function raise(db: Database, ...[notice, about]: Parameters<Raise>): ReturnType<Raise> {
  const { key, state } = notice;
  const { appId, app, at, mergeMs } = about;
  const same = db.get(
    noticeRow,
    `UPDATE notices SET last_at = :at, times = times + 1, text = :text, title = :title
     WHERE id = (SELECT id FROM notices WHERE key = :key AND state = :state AND (:state = 'open' OR last_at > :since)
       ORDER BY id DESC LIMIT 1) RETURNING ${columns}`,
    { key, state, at, since: at - mergeMs, text: notice.text, title: notice.title },
  );
  if (same !== null) return { notice: same, isNew: false };
  const { kind, severity, service, title, text } = notice;
  const made = db.get(
    noticeRow,
    `INSERT INTO notices (key, kind, severity, state, app_id, owner_id, app, service, title, text, labels, at, last_at, times)
     VALUES (:key, :kind, :severity, :state, :appId, (SELECT owner_id FROM app_owners WHERE app_id = :appId), :app, :service,
       :title, :text, :labels, :at, :at, 1) RETURNING ${columns}`,
    {
      key,
      kind,
      severity,
      state,
      appId,
      app,
      service,
      title,
      text,
      labels: JSON.stringify(notice.labels),
      at,
    },
  );
  if (made === null) throw new Error('the new notice was not returned');
  if (made.id % 500 === 0)
    db.run("DELETE FROM notices WHERE id <= :last AND state <> 'open'", { last: made.id - keptNotices });
  return { notice: made, isNew: true };
}
