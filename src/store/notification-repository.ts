import { z } from 'zod';
import { noticeKinds, noticeSeverities, type Told } from '../core/notice/notice.ts';
import {
  targetSettingsSchema,
  type NotificationMessage,
  type NotificationTarget,
} from '../core/notice/notification-target.ts';
import type { Store } from '../core/port/store.ts';
import { jsonColumn } from './column.ts';
import type { Database } from './database.ts';

const targetRow = z.object({
  id: z.string(),
  userId: z.int(),
  appId: z.int().nullable(),
  name: z.string(),
  settings: jsonColumn(targetSettingsSchema),
  wants: jsonColumn(
    z.object({
      kinds: z.array(z.enum(noticeKinds)),
      severity: z.enum(noticeSeverities),
      matchers: z.array(z.object({ label: z.string(), isEqual: z.boolean(), value: z.string() })),
      isToldEnd: z.boolean(),
    }),
  ),
  pace: jsonColumn(
    z.object({
      groupBy: z.array(z.string()),
      groupWaitMs: z.int(),
      groupIntervalMs: z.int(),
      repeatMs: z.int(),
    }),
  ),
  createdAt: z.int(),
}) satisfies z.ZodType<NotificationTarget>;
const targetColumns = `id, user_id AS userId, app_id AS appId, name, settings, wants, pace, created_at AS createdAt`;

const told = z.object({
  noticeId: z.int(),
  news: z.enum(['raised', 'again', 'over']),
}) satisfies z.ZodType<Told>;
const messageRow = z.object({
  id: z.string(),
  targetId: z.string(),
  groupKey: z.string(),
  items: jsonColumn(z.array(told)),
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.int(),
  dueAt: z.int(),
  error: z.string().nullable(),
  createdAt: z.int(),
  endedAt: z.int().nullable(),
}) satisfies z.ZodType<NotificationMessage>;
const messageColumns = `id, target_id AS targetId, group_key AS groupKey, items, state, attempts, due_at AS dueAt, error,
  created_at AS createdAt, ended_at AS endedAt`;
const atRow = z.object({ at: z.int().nullable() });

/** Messages of one target beyond this many that are over are forgotten, oldest first. */
const keptMessages = 200;

export function createNotificationRepository(db: Database): Store['notifications'] {
  return {
    addTarget: ({ settings: given, wants, pace, ...target }) => {
      const made = db.get(
        targetRow,
        `INSERT INTO notification_targets (id, user_id, app_id, name, kind, settings, secret, wants, pace, created_at)
         VALUES (:id, :userId, :appId, :name, :kind, :settings, :secret, :wants, :pace, :createdAt)
         RETURNING ${targetColumns}`,
        {
          ...target,
          kind: given.kind,
          settings: JSON.stringify(given),
          wants: JSON.stringify(wants),
          pace: JSON.stringify(pace),
        },
      );
      if (made === null) throw new Error('the new target was not returned');
      return made;
    },
    targets: (userId) =>
      db.all(
        targetRow,
        `SELECT ${targetColumns} FROM notification_targets WHERE (:userId IS NULL OR user_id = :userId)
         ORDER BY created_at, id`,
        { userId },
      ),
    findTarget: (id) =>
      db.get(targetRow, `SELECT ${targetColumns} FROM notification_targets WHERE id = :id`, { id }),
    secret: (id) =>
      db.get(
        z.object({ secret: z.string().nullable() }),
        'SELECT secret FROM notification_targets WHERE id = :id',
        {
          id,
        },
      )?.secret ?? null,
    removeTarget: (userId, id) =>
      db.run('DELETE FROM notification_targets WHERE id = :id AND user_id = :userId', { id, userId }) > 0,
    ...createTold(db),
    ...createMessages(db),
  };
}

function createTold(db: Database): Pick<Store['notifications'], 'toldAt' | 'setTold'> {
  return {
    toldAt: (targetId, key) =>
      db.get(atRow, 'SELECT at FROM notices_told WHERE target_id = :targetId AND key = :key', {
        targetId,
        key,
      })?.at ?? null,
    setTold: (targetId, key, at) => {
      if (at === null)
        db.run('DELETE FROM notices_told WHERE target_id = :targetId AND key = :key', { targetId, key });
      else
        db.run(
          `INSERT INTO notices_told (target_id, key, at) VALUES (:targetId, :key, :at)
           ON CONFLICT (target_id, key) DO UPDATE SET at = excluded.at`,
          { targetId, key, at },
        );
    },
  };
}

function createMessages(
  db: Database,
): Omit<
  Store['notifications'],
  'addTarget' | 'targets' | 'findTarget' | 'secret' | 'removeTarget' | 'toldAt' | 'setTold'
> {
  const one = (where: string, parameters: Record<string, string>): NotificationMessage | null =>
    db.get(
      messageRow,
      `SELECT ${messageColumns} FROM notification_messages WHERE ${where} LIMIT 1`,
      parameters,
    );
  return {
    addMessage: ({ items, ...message }) => {
      db.run(
        `INSERT INTO notification_messages (id, target_id, group_key, items, state, attempts, due_at, error, created_at, ended_at)
         VALUES (:id, :targetId, :groupKey, :items, :state, :attempts, :dueAt, :error, :createdAt, :endedAt)`,
        { ...message, items: JSON.stringify(items) },
      );
    },
    setMessage: (id, change) =>
      db.transaction(() => {
        const before = one('id = :id', { id });
        if (before === null) return;
        const { items, state, attempts, dueAt, error, endedAt, targetId } = { ...before, ...change };
        db.run(
          `UPDATE notification_messages SET items = :items, state = :state, attempts = :attempts, due_at = :dueAt,
             error = :error, ended_at = :endedAt WHERE id = :id`,
          { id, items: JSON.stringify(items), state, attempts, dueAt, error, endedAt },
        );
        if (state !== 'waiting') forgetOld(db, targetId);
      }),
    untried: (targetId, groupKey) =>
      one(`target_id = :targetId AND group_key = :groupKey AND state = 'waiting' AND attempts = 0`, {
        targetId,
        groupKey,
      }),
    lastSentAt: (targetId, groupKey) =>
      db.get(
        atRow,
        `SELECT max(ended_at) AS at FROM notification_messages
         WHERE target_id = :targetId AND group_key = :groupKey AND state = 'sent'`,
        { targetId, groupKey },
      )?.at ?? null,
    waiting: (targetId) =>
      db.all(
        messageRow,
        `SELECT ${messageColumns} FROM notification_messages WHERE target_id = :targetId AND state = 'waiting'
         ORDER BY due_at, id LIMIT 100`,
        { targetId },
      ),
    messages: (targetId, limit) =>
      db.all(
        messageRow,
        `SELECT ${messageColumns} FROM notification_messages WHERE target_id = :targetId
         ORDER BY created_at DESC, id DESC LIMIT :limit`,
        { targetId, limit },
      ),
  };
}

function forgetOld(db: Database, targetId: string): void {
  db.run(
    `DELETE FROM notification_messages WHERE target_id = :targetId AND state <> 'waiting' AND created_at < (
       SELECT created_at FROM notification_messages WHERE target_id = :targetId AND state <> 'waiting'
       ORDER BY created_at DESC LIMIT 1 OFFSET :kept)`,
    { targetId, kept: keptMessages },
  );
}
