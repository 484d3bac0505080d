import { z } from 'zod';
import type { SQLInputValue } from 'node:sqlite';
import type { Decision, DecisionEffect } from '../core/decision/decision.ts';
import type { Clamp } from '../core/scaling/scaling.ts';
import { jsonColumn, nullableJsonColumn, ownDocument, toJson } from './column.ts';

const effect = z.object({
  status: z.enum(['none', 'pending', 'done', 'failed', 'superseded']),
  instances: z.array(
    z.object({
      instance: z.string(),
      change: z.enum(['created', 'removed', 'replaced']),
      readyAt: z.number().nullable(),
    }),
  ),
  tookMs: z.number().nullable(),
  error: z.string().nullable(),
}) satisfies z.ZodType<DecisionEffect>;

const clamp = z.object({
  bound: z.enum([
    'min',
    'max',
    'cooldown-up',
    'cooldown-down',
    'stabilization',
    'headroom',
    'quota',
    'idle',
    'override',
    'mode',
    'step',
    'delay',
  ]),
  from: z.number(),
  to: z.number(),
  text: z.string(),
}) satisfies z.ZodType<Clamp>;

export const decisionRow = z.object({
  id: z.string(),
  at: z.int(),
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
  bounds: jsonColumn(z.object({ min: z.number(), max: z.number() })),
  clamps: jsonColumn(z.array(clamp)),
  steering: nullableJsonColumn(ownDocument<NonNullable<Decision['steering']>>()),
  alert: nullableJsonColumn(ownDocument<NonNullable<Decision['alert']>>()),
  question: nullableJsonColumn(ownDocument<NonNullable<Decision['question']>>()),
  answer: nullableJsonColumn(ownDocument<NonNullable<Decision['answer']>>()),
  effect: jsonColumn(effect),
  repeats: z.int(),
  lastAt: z.int(),
}) satisfies z.ZodType<Decision>;

/** The app goes by the name it has now; of one that is gone by the last it had. */
export const decisionColumns = `id, at, app_id AS appId,
  coalesce((SELECT unique_name FROM apps WHERE apps.id = app_id), app) AS app, service, family, trigger, verdict,
  replicas_from AS "from", replicas_to AS "to", reason, policy_revision AS policyRevision, bounds, clamps,
  steering, alert, question, answer, effect, repeats, last_at AS lastAt`;

/** The decision as statement parameters. */
export function decisionParameters(decision: Decision): Record<string, SQLInputValue> {
  return {
    ...decision,
    bounds: JSON.stringify(decision.bounds),
    clamps: JSON.stringify(decision.clamps),
    steering: toJson(decision.steering),
    alert: toJson(decision.alert),
    question: toJson(decision.question),
    answer: toJson(decision.answer),
    effect: JSON.stringify(decision.effect),
    effectStatus: decision.effect.status,
  };
}
