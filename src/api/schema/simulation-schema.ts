import { z } from 'zod';
import { longestSimulationMs } from '../../actions/simulate-service.ts';
import { signalNames } from '../../core/signal/signal.ts';
import { named } from './components.ts';
import { clampSchema } from './decision-schema.ts';
import { draftFiles } from './policy-schema.ts';

const signal = z.enum(signalNames).default('requestsPerSecond');
const value = z.number().min(0).max(1e9);
const span = z.number().min(0).max(longestSimulationMs);

export const simulateBody = named(
  'Simulate',
  z.strictObject({
    service: z
      .string()
      .min(1)
      .max(255)
      .exactOptional()
      .describe('Absent: the only one that scales by a signal.'),
    load: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('phases'),
          signal,
          phases: z
            .array(
              z.strictObject({
                durationMs: span,
                from: value,
                to: value,
                periodMs: z.number().min(1_000).max(longestSimulationMs).nullable().default(null),
              }),
            )
            .min(1)
            .max(100)
            .describe('Straight lines; with a period a wave between the two values.'),
        }),
        z.strictObject({
          kind: z.literal('points'),
          signal,
          points: z
            .array(z.strictObject({ atMs: span, value: value.nullable() }))
            .min(2)
            .max(10_000)
            .refine(
              (points) => points.every(({ atMs }, index) => atMs > (points[index - 1]?.atMs ?? -1)),
              'times must grow',
            ),
        }),
        z.strictObject({ kind: z.literal('recorded'), lastMs: span.min(60_000).default(3_600_000) }),
      ])
      .describe('Of what replicas share (requests, CPU), the sum over all of them.'),
    replicas: z.int().min(0).max(1000).exactOptional().describe('To begin with; absent: as wanted now.'),
    policy: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('draft'), files: draftFiles }),
        z.strictObject({
          kind: z.literal('revision'),
          scope: z.enum(['app', 'platform']).default('app'),
          number: z.int().min(0).describe('0: as shipped.'),
        }),
      ])
      .exactOptional()
      .describe('Absent: the policy in force.'),
    readyMs: z.int().min(0).max(3_600_000).default(1_000).describe('From wanted to answering.'),
  }),
);

const stepSchema = z.object({
  atMs: z.number(),
  load: z.partialRecord(z.enum(signalNames), z.number().nullable()),
  replicas: z.int().describe('Wanted after this step.'),
  ready: z.int(),
  evaluated: z
    .object({
      from: z.int(),
      wish: z.int().nullable().describe('Of the policy; null: no opinion.'),
      reason: z.string(),
      clamps: z.array(clampSchema).readonly(),
    })
    .nullable()
    .describe('Null: nothing was evaluated at this time.'),
});
export const simulationSchema = named(
  'Simulation',
  z.object({
    app: z.string(),
    service: z.string(),
    policyRevision: z.string().nullable(),
    stepMs: z.number(),
    min: z.int(),
    max: z.int(),
    summary: z.object({
      durationMs: z.number(),
      changes: z.int(),
      most: z.int(),
      least: z.int(),
      replicaHours: z.number(),
      replicaHoursAtMax: z.number().describe('What staying at max all the time would be.'),
    }),
    steps: z.array(stepSchema).readonly(),
  }),
);
