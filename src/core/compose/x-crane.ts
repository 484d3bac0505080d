import { z } from 'zod';
import type { SignalName } from '../signal/signal.ts';
import { parseDuration } from './duration.ts';

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'must be a duration such as 10s or 1m30s')
  .transform((text) => Math.round((parseDuration(text) ?? 0) / 1_000_000));
const port = z.number().int().min(1).max(65535);
const replicas = z.number().int().min(0).max(1000);

const routeSchema = z.strictObject({
  port,
  host: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be a host name')
    .optional(),
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9._~/-]*$/, 'must begin with / and hold only letters, digits and ._~-')
    .optional(),
  strip: z.boolean().optional(),
  sticky: z.boolean().optional(),
  tls: z.union([z.boolean(), z.enum(['only', 'off'])], 'must be true, only or off').optional(),
  rateLimit: z
    .strictObject({ average: z.number().int().positive(), burst: z.number().int().positive().optional() })
    .optional(),
});
const routesSchema = z
  .union(
    [port, routeSchema, z.array(routeSchema)],
    'must be a port (1-65535), a mapping with port, or a list of those',
  )
  .transform((value) =>
    typeof value === 'number' ? [{ port: value }] : Array.isArray(value) ? value : [value],
  );

const target = z.number().positive().optional();
const targetSchema = z.strictObject({
  requestsPerSecond: target,
  p95Ms: target,
  errorRate: target,
  inFlight: target,
  cpuPercent: target,
  memoryPercent: target,
} satisfies Record<SignalName, z.ZodType>);

/** Crane's own settings on a service, under `x-crane`. Unknown keys are errors. Durations become milliseconds (`…Ms`). */
export const xCraneSchema = z.strictObject({
  route: routesSchema.optional(),
  scale: z
    .strictObject({
      min: replicas.optional(),
      max: replicas.optional(),
      target: targetSchema.optional(),
      cooldown: z.strictObject({ up: duration.optional(), down: duration.optional() }).optional(),
      stabilization: duration.optional(),
      idle: duration.optional(),
      mode: z.enum(['auto', 'dry-run', 'paused']).optional(),
    })
    .refine((scale) => (scale.max ?? Infinity) >= (scale.min ?? 1), 'max must not be below min')
    .refine(
      ({ idle, min }) => idle === undefined || min === 0,
      'idle is when a service with min: 0 goes to sleep; set min: 0 or remove it',
    )
    .refine(({ idle }) => idle === undefined || idle >= 5_000, 'idle must be at least 5s')
    .optional(),
  heal: z
    .strictObject({
      probe: z
        .strictObject({
          path: z.string().startsWith('/').optional(),
          port: port.optional(),
          timeout: duration.optional(),
          interval: duration.optional(),
        })
        .transform(({ timeout, interval, ...rest }) => ({
          ...rest,
          ...(timeout === undefined ? {} : { timeoutMs: timeout }),
          ...(interval === undefined ? {} : { intervalMs: interval }),
        }))
        .optional(),
      backoff: z.strictObject({ initial: duration.optional(), max: duration.optional() }).optional(),
      limit: z.number().int().positive().optional(),
    })
    .optional(),
  metrics: z.strictObject({ port, path: z.string().startsWith('/').optional() }).optional(),
});
export type XCraneService = z.infer<typeof xCraneSchema>;

/** The settings as a file would say them: the inverse of reading them with `xCraneSchema`. */
export function writeXCrane({ route, scale, heal, metrics }: XCraneService): Record<string, unknown> {
  const span = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : `${ms}ms`);
  const { timeoutMs, intervalMs, ...probe } = heal?.probe ?? {};
  const written = {
    route,
    scale: scale && {
      ...scale,
      cooldown: scale.cooldown && { up: span(scale.cooldown.up), down: span(scale.cooldown.down) },
      stabilization: span(scale.stabilization),
      idle: span(scale.idle),
    },
    heal: heal && {
      ...heal,
      probe: heal.probe && { ...probe, timeout: span(timeoutMs), interval: span(intervalMs) },
      backoff: heal.backoff && { initial: span(heal.backoff.initial), max: span(heal.backoff.max) },
    },
    metrics,
  };
  return z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(written)));
}
