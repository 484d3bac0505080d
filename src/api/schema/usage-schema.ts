import { z } from 'zod';
import { cpuPercentOf, memoryPercentOf, type UsageReading } from '../../core/usage/usage.ts';
import type { UsageReport } from '../../actions/describe-usage.ts';
import { named, time } from './components.ts';

const counters = {
  cpuSeconds: z.number(),
  cpuThrottledSeconds: z.number().describe('Had work, and was held back by the CPU limit.'),
  receivedBytes: z.number(),
  sentBytes: z.number(),
  readBytes: z.number().describe('From disks.'),
  writtenBytes: z.number(),
};

const usageSchema = named(
  'Usage',
  z.object({
    at: time,
    cpuCores: z.number().nullable().describe('Mean of three seconds; null before two samples.'),
    cpuLimitCores: z.number().nullable(),
    cpuPercent: z.number().nullable().describe('Of the limit, or of one core without one.'),
    memoryBytes: z.number().describe('Working set: without file pages that can be given back.'),
    memoryLimitBytes: z.number().nullable(),
    memoryPercent: z.number().nullable().describe('Of the limit; null without one.'),
    ...counters,
    pids: z.int(),
  }),
);

const instanceUsageSchema = named(
  'InstanceUsage',
  z.object({
    instance: z.string(),
    service: z.string(),
    release: z.int(),
    slot: z.int(),
    restarts: z.int(),
    usage: usageSchema.nullable().describe('Counters begin with the start of the instance.'),
    missing: z.string().nullable().describe('Why nothing is measured.'),
  }),
);

const serviceUsageSchema = named(
  'ServiceUsage',
  z.object({ service: z.string(), ...counters, restarts: z.int() }),
);

export const usageReportSchema = named(
  'UsageReport',
  z.object({
    at: time,
    instances: z.array(instanceUsageSchema).readonly(),
    services: z
      .array(serviceUsageSchema)
      .readonly()
      .describe('Sums since the control plane began; instances that are gone count too.'),
  }),
);

export function viewOfUsage({ at, instances, services }: UsageReport): z.input<typeof usageReportSchema> {
  return { at, instances: instances.map(viewOfReading), services };
}

function viewOfReading(reading: UsageReading): z.input<typeof instanceUsageSchema> {
  const { instance, service, release, slot, restarts } = reading;
  const of = { instance, service, release, slot, restarts };
  if (reading.kind === 'missing') return { ...of, usage: null, missing: reading.reason };
  const { usage } = reading;
  const percents = { cpuPercent: cpuPercentOf(usage), memoryPercent: memoryPercentOf(usage) };
  return { ...of, usage: { ...usage, ...percents }, missing: null };
}
