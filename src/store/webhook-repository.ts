import { z } from 'zod';
import type { Store } from '../core/port/store.ts';
import type { Webhook, WebhookDelivery } from '../core/webhook/webhook.ts';
import { jsonColumn } from './column.ts';
import type { Database } from './database.ts';

const webhookRow = z.object({
  id: z.string(),
  userId: z.int(),
  appId: z.int().nullable(),
  url: z.string(),
  events: jsonColumn(z.array(z.string())),
  state: z.enum(['active', 'disabled']),
  reason: z.string().nullable(),
  failures: z.int(),
  nextAt: z.int(),
  lastSeq: z.int(),
  createdAt: z.int(),
}) satisfies z.ZodType<Webhook>;
const columns = `id, user_id AS userId, app_id AS appId, url, events, state, reason, failures, next_at AS nextAt,
  last_seq AS lastSeq, created_at AS createdAt`;

const deliveryRow = z.object({
  seq: z.int(),
  webhookId: z.string(),
  eventSeq: z.int(),
  kind: z.string(),
  attempt: z.int(),
  at: z.int(),
  status: z.int().nullable(),
  error: z.string().nullable(),
  tookMs: z.int(),
}) satisfies z.ZodType<WebhookDelivery>;
const deliveryColumns = `seq, webhook_id AS webhookId, event_seq AS eventSeq, kind, attempt, at, status, error, took_ms AS tookMs`;

/** Attempts of one webhook beyond this many are forgotten, oldest first. */
const keptDeliveries = 500;

export function createWebhookRepository(db: Database): Store['webhooks'] {
  return {
    create: ({ events, ...webhook }) => {
      const created = db.get(
        webhookRow,
        `INSERT INTO webhooks (id, user_id, app_id, url, events, state, reason, failures, next_at, last_seq, created_at)
         VALUES (:id, :userId, :appId, :url, :events, 'active', NULL, 0, 0, :lastSeq, :createdAt) RETURNING ${columns}`,
        { ...webhook, events: JSON.stringify(events) },
      );
      if (created === null) throw new Error('the new webhook was not returned');
      return created;
    },
    find: (id) => db.get(webhookRow, `SELECT ${columns} FROM webhooks WHERE id = :id`, { id }),
    list: (userId) =>
      db.all(webhookRow, `SELECT ${columns} FROM webhooks WHERE user_id = :userId ORDER BY created_at, id`, {
        userId,
      }),
    listActive: () =>
      db.all(webhookRow, `SELECT ${columns} FROM webhooks WHERE state = 'active' ORDER BY id`),
    update: (id, change) =>
      db.transaction(() => {
        const before = db.get(webhookRow, `SELECT ${columns} FROM webhooks WHERE id = :id`, { id });
        if (before === null) return;
        const { state, reason, failures, nextAt, lastSeq } = { ...before, ...change };
        db.run(
          `UPDATE webhooks SET state = :state, reason = :reason, failures = :failures, next_at = :nextAt,
             last_seq = :lastSeq WHERE id = :id`,
          { id, state, reason, failures, nextAt, lastSeq },
        );
      }),
    remove: (userId, id) =>
      db.run('DELETE FROM webhooks WHERE id = :id AND user_id = :userId', { id, userId }) > 0,
    recordDelivery: (delivery) => recordDelivery(db, delivery),
    deliveries: (id, limit) =>
      db.all(
        deliveryRow,
        `SELECT ${deliveryColumns} FROM webhook_deliveries WHERE webhook_id = :id ORDER BY seq DESC LIMIT :limit`,
        { id, limit },
      ),
  };
}

function recordDelivery(db: Database, delivery: Omit<WebhookDelivery, 'seq'>): void {
  db.transaction(() => {
    // It may have been removed while its receiver was answering.
    db.run(
      `INSERT INTO webhook_deliveries (webhook_id, event_seq, kind, attempt, at, status, error, took_ms)
       SELECT :webhookId, :eventSeq, :kind, :attempt, :at, :status, :error, :tookMs
       WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = :webhookId)`,
      delivery,
    );
    db.run(
      `DELETE FROM webhook_deliveries WHERE webhook_id = :webhookId AND seq <= (
         SELECT seq FROM webhook_deliveries WHERE webhook_id = :webhookId ORDER BY seq DESC LIMIT 1 OFFSET :kept)`,
      { webhookId: delivery.webhookId, kept: keptDeliveries },
    );
  });
}
