import { z } from 'zod';
import { named, time } from './components.ts';
import { operationSchema } from './operation-schema.ts';

const phaseSchema = z.strictObject({
  durationMs: z.number().positive(),
  fromRate: z.number().min(0),
  toRate: z.number().min(0),
});

export const loadBody = named(
  'NewLoad',
  z.strictObject({
    service: z.string().min(1).max(255).exactOptional().describe('Else the first one with a route.'),
    path: z
      .string()
      .max(2048)
      .regex(/^\/[!-~]*$/, 'must begin with / and hold printable ASCII without spaces')
      .default('/'),
    method: z.enum(['GET', 'POST']).default('GET'),
    phases: z
      .array(phaseSchema)
      .min(1)
      .max(100)
      .describe('The rate goes from `fromRate` to `toRate` requests per second in each.'),
    connections: z.int().min(1).max(1024).exactOptional(),
    timeoutMs: z.int().min(1).max(120_000).exactOptional(),
  }),
);
export const loadAccepted = named('LoadAccepted', z.object({ id: z.string(), operation: operationSchema }));

const reportSchema = named(
  'LoadReport',
  z.object({
    startedAt: time,
    durationMs: z.number(),
    requests: z.int(),
    lost: z.int(),
    lostByKind: z.record(z.string(), z.int()),
    p50Ms: z.number(),
    p90Ms: z.number(),
    p99Ms: z.number(),
    maxMs: z.number(),
    statuses: z.record(z.string(), z.int()),
    byInstance: z.record(z.string(), z.int()),
    firstNewReplicaMs: z.number().nullable(),
    series: z
      .array(
        z.object({
          atMs: z.number(),
          requests: z.int(),
          lost: z.int(),
          p50Ms: z.number(),
          p99Ms: z.number(),
          instances: z.int(),
        }),
      )
      .readonly(),
  }),
);

export const loadSchema = named(
  'Load',
  z.object({
    id: z.string(),
    spec: z.object({
      host: z.string(),
      path: z.string(),
      method: z.enum(['GET', 'POST']),
      phases: z.array(phaseSchema).readonly(),
      connections: z.int(),
      timeoutMs: z.int(),
    }),
    report: reportSchema.nullable().describe('null while it runs.'),
  }),
);
