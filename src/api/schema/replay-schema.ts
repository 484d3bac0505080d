import { z } from 'zod';
import { named, time } from './components.ts';
import { clampSchema } from './decision-schema.ts';

const policy = z
  .enum(['recorded', 'current'])
  .default('recorded')
  .describe('The policy that decided then, or the one that would decide now.');

export const replayBody = named(
  'Replay',
  z.strictObject({
    set: z
      .record(z.string().min(1).max(200), z.unknown())
      .refine((edits) => Object.keys(edits).length <= 50, 'at most 50 members')
      .exactOptional()
      .describe(
        'Members of the input to set, by path: `signals.requestsPerSecond.value`, `bounds.max`, `steering.mode`.',
      ),
    policy,
  }),
);
export const replayManyBody = named(
  'ReplayMany',
  z.strictObject({
    app: z.string().max(100).exactOptional(),
    limit: z.int().min(1).max(1000).default(500),
    policy,
  }),
);

const outcomeSchema = named(
  'ReplayOutcome',
  z.object({
    policyRevision: z.string().nullable(),
    wish: z.string().describe('Replicas, `hold`, or what a healing policy wants done.'),
    reason: z.string(),
    to: z.int().nullable().describe('After the bounds; null: not recorded, or healing.'),
    clamps: z.array(clampSchema).readonly(),
  }),
);
export const replaySchema = named(
  'ReplayResult',
  z.object({
    id: z.string(),
    at: time,
    app: z.string(),
    service: z.string(),
    family: z.enum(['scaling', 'healing']),
    edits: z.record(z.string(), z.unknown()),
    recorded: outcomeSchema,
    replayed: outcomeSchema,
    isSame: z.boolean(),
    differences: z.array(z.string()).readonly(),
  }),
);
export const replayReportSchema = named(
  'ReplayReport',
  z.object({
    replayed: z.int(),
    same: z.int(),
    differ: z.int(),
    different: z.array(replaySchema).readonly().describe('The first hundred that differ, newest first.'),
  }),
);
