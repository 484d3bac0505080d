import { z } from 'zod';
import type { LoadProgress, LoadReport, LoadSpec } from '../../core/load/load.ts';

const counts = z.record(z.string(), z.number());

/** What the worker is started with. */
export const specMessage: z.ZodType<LoadSpec> = z.object({
  url: z.string(),
  authority: z.string().exactOptional(),
  host: z.string(),
  path: z.string(),
  method: z.enum(['GET', 'POST']),
  phases: z.array(z.object({ durationMs: z.number(), fromRate: z.number(), toRate: z.number() })),
  connections: z.number(),
  timeoutMs: z.number(),
});

const progress: z.ZodType<LoadProgress> = z.object({
  elapsedMs: z.number(),
  requests: z.number(),
  lost: z.number(),
  ratePerSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  instances: z.array(z.string()),
});

const lostKinds = [
  'refused',
  'reset',
  'timeout',
  'bad-gateway',
  'unavailable',
  'gateway-timeout',
  'not-sent',
  'other',
] as const;

const report: z.ZodType<Omit<LoadReport, 'startedAt'>> = z.object({
  durationMs: z.number(),
  requests: z.number(),
  lost: z.number(),
  lostByKind: z.partialRecord(z.enum(lostKinds), z.number()),
  p50Ms: z.number(),
  p90Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
  statuses: counts,
  byInstance: counts,
  firstNewReplicaMs: z.number().nullable(),
  series: z.array(
    z.object({
      atMs: z.number(),
      requests: z.number(),
      lost: z.number(),
      p50Ms: z.number(),
      p99Ms: z.number(),
      instances: z.number(),
    }),
  ),
});

/** What the worker says: that the load began, how it goes, and once how it went. */
export const fromWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started') }),
  z.object({ kind: z.literal('progress'), progress }),
  z.object({ kind: z.literal('done'), report }),
]);
export type FromWorker = z.infer<typeof fromWorker>;

/** The one thing the worker is told. */
export const cancelMessage = 'cancel';
