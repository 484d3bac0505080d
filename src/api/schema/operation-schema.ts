import { z } from 'zod';
import { operationKinds, operationStatuses } from '../../core/operation/operation.ts';
import { longestWindowMs } from '../../core/scaling/schedule.ts';
import { appSchema } from './app-schema.ts';
import { facts, listOf, named, time } from './components.ts';

export const operationSchema = named(
  'Operation',
  z.object({
    id: z.string(),
    kind: z.enum(operationKinds),
    appId: z.int(),
    userId: z.int(),
    status: z.enum(operationStatuses),
    createdAt: time,
    endedAt: time.nullable(),
    error: z.object({ code: z.string(), message: z.string(), fix: z.string().exactOptional() }).nullable(),
    result: z.unknown().describe('Depends on the kind.'),
  }),
);
export const operationsSchema = listOf(operationSchema);

export const operationEventSchema = named(
  'OperationEvent',
  z.object({
    operationId: z.string(),
    seq: z.int(),
    at: time,
    step: z.string(),
    state: z.enum(['started', 'progress', 'done', 'failed']),
    text: z.string(),
    data: facts,
  }),
);

/** A change of an app that goes on in the background. */
export const changeAnswer = named('ChangeAccepted', z.object({ app: appSchema, operation: operationSchema }));

export const scaleBody = named(
  'Scale',
  z.strictObject({
    services: z
      .record(z.string().min(1).max(255), z.int().min(0).max(10_000))
      .refine((services) => Object.keys(services).length > 0, 'must name at least one service')
      .describe('Replicas wanted, by service.'),
    forMs: z
      .int()
      .min(1_000)
      .max(longestWindowMs)
      .exactOptional()
      .describe('So long the autoscaler leaves the numbers alone. Absent: an override ends.'),
  }),
);
export const restartBody = named(
  'Restart',
  z.strictObject({ service: z.string().min(1).max(255).exactOptional() }),
);
