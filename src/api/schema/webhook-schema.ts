import { z } from 'zod';
import { listOf, named, time } from './components.ts';

export const webhookSchema = named(
  'Webhook',
  z.object({
    id: z.string(),
    appId: z.int().nullable().describe('Only events of this app; null = of all.'),
    url: z.string(),
    events: z.array(z.string()).readonly().describe('Kinds, or groups as `deployment.*`; empty = all.'),
    state: z.enum(['active', 'disabled']),
    reason: z.string().nullable().describe('Why it is disabled.'),
    failures: z.int().describe('Attempts that failed in a row.'),
    createdAt: time,
  }),
);
export const webhooksSchema = listOf(webhookSchema);

export const newWebhookBody = named(
  'NewWebhook',
  z.strictObject({
    url: z.string().min(1).max(2048),
    events: z
      .array(z.string().min(1).max(100))
      .max(50)
      .default([])
      .describe('Kinds, or groups as `deployment.*`; empty = all.'),
    app: z.string().min(1).max(100).exactOptional().describe('Only events of this app.'),
  }),
);
export const newWebhookAnswer = named(
  'WebhookAdded',
  z.object({ webhook: webhookSchema, secret: z.string().describe('Signs each delivery; shown this once.') }),
);

export const deliverySchema = named(
  'WebhookDelivery',
  z.object({
    eventSeq: z.int().describe('The event: its `seq` in the feed.'),
    kind: z.string(),
    attempt: z.int().describe('1, 2, … for the same event.'),
    at: time,
    status: z.int().nullable().describe('Null: there was no answer.'),
    error: z.string().nullable().describe('Null: it was taken.'),
    tookMs: z.int(),
  }),
);
export const deliveriesSchema = listOf(deliverySchema);
