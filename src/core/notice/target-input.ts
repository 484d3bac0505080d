import { z } from 'zod';
import { noticeKinds, noticeSeverities } from './notice.ts';
import { groupLabels } from './notification-target.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,38}$/, 'must be lower-case letters, digits and -, beginning with a letter');
const address = z.email().max(254);
const url = z.string().min(1).max(2048);
const secret = z.string().min(1).max(1024);
/** Alertmanager reads `{{` as a template. */
const word = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^{}\p{Cc}]*$/u, 'must not hold braces or control characters');

/** Where a target is, with its secrets; nobody is shown them again. */
export const targetPlaceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('smtp'),
    host: z.string().regex(/^[a-zA-Z0-9[\]:._-]{1,253}$/, 'must be a name or an address'),
    port: z.int().min(1).max(65_535).default(587),
    tls: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    user: z.string().min(1).max(254).exactOptional(),
    password: secret.exactOptional().describe('Write-only.'),
    from: address,
    to: z.array(address).min(1).max(50),
  }),
  z.strictObject({
    kind: z.literal('slack'),
    url: url.describe('Of the incoming webhook; write-only.'),
    channel: word.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('webhook'), url }),
  z.strictObject({ kind: z.literal('teams'), url: url.describe('Of the workflow; write-only.') }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    routingKey: secret.describe('Write-only.'),
    url: url.exactOptional().describe('Another address than the usual one.'),
  }),
  z.strictObject({
    kind: z.literal('jira'),
    url,
    user: word,
    token: secret.describe('Write-only.'),
    project: word,
    issueType: word.default('Task'),
  }),
]);
export type TargetPlace = z.infer<typeof targetPlaceSchema>;

/** What people send to add a target. Durations in milliseconds. */
export const newTargetSchema = z.strictObject({
  name,
  place: targetPlaceSchema,
  app: z.string().min(1).max(100).exactOptional().describe('Only notices of this app.'),
  kinds: z.array(z.enum(noticeKinds)).max(noticeKinds.length).default([]).describe('Empty = all.'),
  severity: z.enum(noticeSeverities).default('warning').describe('The least that is told.'),
  matchers: z
    .array(z.string().min(1).max(400))
    .max(20)
    .default([])
    .describe('Conditions on labels, all of which must hold: `service=web`, `alert!=slow`, `app=shop-*`.'),
  isToldEnd: z.boolean().default(true).describe('Whether it is told that a condition is over.'),
  groupBy: z.array(z.enum(groupLabels)).max(groupLabels.length).default(['app', 'kind']),
  groupWaitMs: z.int().min(0).max(3_600_000).default(5_000),
  groupIntervalMs: z.int().min(0).max(86_400_000).default(60_000),
  repeatMs: z.int().min(60_000).max(604_800_000).default(14_400_000),
});
export type NewTarget = z.infer<typeof newTargetSchema>;
