import { z } from 'zod';
import type { HealingQuestion } from '../decision/decision.ts';
import { signalNames, type Signal } from '../signal/signal.ts';
import { scalingModes } from './steering.ts';
import type { ScalingQuestion } from './scaling.ts';
import type { RecordedSteering } from './recorded-steering.ts';

const time = z.int().min(0);
const replicas = z.int().min(0).max(10_000);
const ms = z.number().min(0);
const name = z.enum(signalNames);

const signal = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('value'),
    name,
    value: z.number(),
    ageSeconds: z.number().min(0),
    query: z.string(),
  }),
  z.strictObject({ kind: z.literal('missing'), name, reason: z.string(), query: z.string() }),
]) satisfies z.ZodType<Signal>;

const bounds = z
  .strictObject({ min: replicas, max: replicas, cooldownUpMs: ms, cooldownDownMs: ms, stabilizationMs: ms })
  .refine(({ min, max }) => max >= min, { message: 'must not be below min', path: ['max'] });

const count = z.strictObject({ desired: replicas, ready: replicas });

/** What a policy may be asked about scaling; strict, for input that a person edited. */
export const scalingQuestionSchema = z.strictObject({
  trigger: z.enum(['alert', 'loop', 'person']),
  app: z.string().min(1),
  service: z.string().min(1),
  replicas: count,
  bounds,
  targets: z.partialRecord(name, z.number().positive()),
  signals: z.array(signal),
  alert: z
    .strictObject({
      name: z.string(),
      status: z.enum(['firing', 'resolved']),
      severity: z.string(),
      fingerprint: z.string(),
      startsAt: time,
    })
    .nullable(),
  sinceLastUpMs: ms.nullable(),
  sinceLastDownMs: ms.nullable(),
  now: time,
}) satisfies z.ZodType<ScalingQuestion>;

/** The same about healing. */
export const healingQuestionSchema = z.strictObject({
  app: z.string().min(1),
  service: z.string().min(1),
  instance: z.string().min(1),
  failure: z.strictObject({
    kind: z.enum(['exited', 'oom', 'unhealthy', 'unresponsive', 'removed', 'stopped']),
    exitCode: z.int().nullable(),
    text: z.string(),
  }),
  recentRestarts: z.int().min(0),
  replicas: count,
  now: time,
}) satisfies z.ZodType<HealingQuestion>;

/** What bounded a decision. */
export const recordedSteeringSchema = z.strictObject({
  mode: z.enum(scalingModes),
  modeBy: z.string().nullable(),
  override: z
    .strictObject({ replicas, until: time.nullable(), by: z.string(), previous: replicas })
    .nullable(),
  window: z
    .strictObject({
      id: z.int(),
      cron: z.string(),
      timeZone: z.string(),
      min: replicas,
      max: replicas,
      since: time,
      until: time,
    })
    .nullable(),
  current: replicas,
  recommended: replicas.nullable(),
  mostAtOnce: replicas.exactOptional(),
  quota: z.strictObject({ most: replicas, text: z.string() }).exactOptional(),
  idle: z
    .strictObject({ idleMs: ms, awake: z.string().nullable(), needed: z.string().nullable() })
    .nullable()
    .exactOptional(),
}) satisfies z.ZodType<RecordedSteering>;
