import { z } from 'zod';
import { facts, named, pageOf, time } from './components.ts';
import { pageQuery, queryFlag } from './query.ts';
import { steeringSchema } from './steering-schema.ts';

export const alertSchema = named(
  'Alert',
  z.object({
    fingerprint: z.string(),
    status: z.enum(['firing', 'resolved']),
    name: z.string(),
    severity: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: time,
    endsAt: time.nullable(),
  }),
);

export const storedAlertSchema = named(
  'StoredAlert',
  z.object({
    id: z.int(),
    receivedAt: time,
    alert: alertSchema,
    outcome: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('pending') }),
      z.object({ kind: z.literal('decided'), decisionId: z.string() }),
      z.object({ kind: z.literal('ignored'), reason: z.string() }),
    ]),
  }),
);
export const alertsSchema = pageOf(storedAlertSchema);

export const clampSchema = z.object({
  bound: z.string(),
  from: z.number(),
  to: z.number(),
  text: z.string(),
});
const effectSchema = z.object({
  status: z.enum(['none', 'pending', 'done', 'failed', 'superseded']),
  instances: z
    .array(
      z.object({
        instance: z.string(),
        change: z.enum(['created', 'removed', 'replaced']),
        readyAt: time.nullable(),
      }),
    )
    .readonly(),
  tookMs: z.number().nullable(),
  error: z.string().nullable(),
});

export const decisionSchema = named(
  'Decision',
  z.object({
    id: z.string(),
    at: time,
    appId: z.int(),
    app: z.string(),
    service: z.string(),
    family: z.enum(['scaling', 'healing']),
    trigger: z.enum(['alert', 'loop', 'person', 'event', 'request']),
    verdict: z.enum([
      'scale-out',
      'scale-in',
      'hold',
      'restart',
      'replace',
      'back-off',
      'ignore',
      'stop',
      'start',
    ]),
    from: z.int(),
    to: z.int(),
    reason: z.string(),
    policyRevision: z.string().nullable(),
    bounds: z.object({ min: z.number(), max: z.number() }),
    clamps: z.array(clampSchema).readonly(),
    steering: steeringSchema.nullable().describe('Of scaling by a policy: what people had set.'),
    alert: alertSchema.nullable(),
    effect: effectSchema,
    repeats: z.int().describe('How often the same was decided again in a row.'),
    lastAt: time,
  }),
);
export const decisionsSchema = pageOf(decisionSchema);

export const decisionsQuery = z.strictObject({
  app: z.string().max(100).exactOptional(),
  service: z.string().max(255).exactOptional(),
  onlyChanges: queryFlag.exactOptional(),
  ...pageQuery,
});

const partSchema = named('ExplanationPart', z.object({ title: z.string(), text: z.string(), data: facts }));
export const explanationSchema = named(
  'Explanation',
  z.object({
    decision: decisionSchema,
    sentence: z.string(),
    parts: z.object({
      signal: partSchema,
      alert: partSchema,
      policy: partSchema.describe('With the exact input and output of the policy.'),
      bound: partSchema,
      effect: partSchema,
    }),
  }),
);
