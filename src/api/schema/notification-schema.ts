import { z } from 'zod';
import { noticeKinds, noticeSeverities } from '../../core/notice/notice.ts';
import { targetSettingsSchema } from '../../core/notice/notification-target.ts';
import { newTargetSchema } from '../../core/notice/target-input.ts';
import { listOf, named, pageOf, time } from './components.ts';
import { pageQuery, queryFlag } from './query.ts';

export const targetSchema = named(
  'NotificationTarget',
  z.object({
    id: z.string(),
    name: z.string(),
    appId: z.int().nullable(),
    app: z.string().nullable().describe('Only notices of this app; null = of all, and of the platform.'),
    settings: targetSettingsSchema.describe('Where it is; without secrets.'),
    kinds: z.array(z.enum(noticeKinds)).readonly().describe('Empty = all.'),
    severity: z.enum(noticeSeverities),
    matchers: z.array(z.string()).readonly(),
    isToldEnd: z.boolean(),
    pace: z.object({
      groupBy: z.array(z.string()).readonly(),
      groupWaitMs: z.int(),
      groupIntervalMs: z.int(),
      repeatMs: z.int(),
    }),
    createdAt: time,
    waiting: z.int().describe('Messages on their way.'),
    lastSentAt: time.nullable(),
    lastError: z.string().nullable().describe('Of the newest attempt; null when that one was taken.'),
  }),
);
export const targetsSchema = listOf(targetSchema);
export const newTargetBody = named('NewNotificationTarget', newTargetSchema);
export const newTargetAnswer = named(
  'NotificationTargetAdded',
  z.object({
    target: targetSchema,
    secret: z.string().nullable().describe('Of a generic webhook: signs each message; shown this once.'),
  }),
);
export const testAnswer = named(
  'NotificationTested',
  z.object({
    tookMs: z.int(),
    isHandedOver: z
      .boolean()
      .describe('True: Alertmanager has it, and tells it; whether it arrived shows there.'),
  }),
);
export const messagesSchema = listOf(
  named(
    'NotificationMessage',
    z.object({
      id: z.string(),
      items: z.array(z.object({ noticeId: z.int(), news: z.enum(['raised', 'again', 'over']) })).readonly(),
      state: z.enum(['waiting', 'sent', 'failed']),
      attempts: z.int(),
      dueAt: time.describe('When it is tried next, or was tried last.'),
      error: z.string().nullable().describe('Of the last attempt.'),
      createdAt: time,
      endedAt: time.nullable(),
    }),
  ),
);

export const noticeSchema = named(
  'Notice',
  z.object({
    id: z.int(),
    kind: z.enum(noticeKinds),
    severity: z.enum(noticeSeverities),
    state: z
      .enum(['open', 'over', 'once'])
      .describe('`open`: it still is so; `over`: it was so; `once`: it happened.'),
    appId: z.int().nullable(),
    app: z.string().nullable(),
    service: z.string().nullable(),
    title: z.string(),
    text: z.string(),
    labels: z.record(z.string(), z.string()),
    at: time,
    lastAt: time,
    times: z.int().describe('How often the same was seen.'),
    overAt: time.nullable(),
    isRead: z.boolean(),
  }),
);
export const inboxSchema = pageOf(noticeSchema);
export const inboxQuery = z.strictObject({
  ...pageQuery,
  app: z.string().min(1).max(100).exactOptional().describe('Only of this app.'),
  unread: queryFlag.default(false).describe('Only those that were not read.'),
});
export const inboxReadBody = named(
  'InboxRead',
  z.strictObject({
    upTo: z.int().min(1).exactOptional().describe('Up to this notice; absent = all.'),
  }),
);
