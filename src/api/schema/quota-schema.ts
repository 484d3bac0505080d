import { z } from 'zod';
import { named } from './components.ts';

const whole = z.int().min(0).max(1_000_000);
const limits = {
  apps: whole.nullable(),
  instances: whole.nullable(),
  cpus: z.number().min(0).max(100_000).nullable().describe('Cores: the sum of what instances may take.'),
  memoryBytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
  ports: whole.nullable().describe('Published ports of all instances.'),
  volumes: whole.nullable(),
};
const some = {
  apps: limits.apps.exactOptional(),
  instances: limits.instances.exactOptional(),
  cpus: limits.cpus.exactOptional(),
  memoryBytes: limits.memoryBytes.exactOptional(),
  ports: limits.ports.exactOptional(),
  volumes: limits.volumes.exactOptional(),
};
const absent = 'What is absent is as for everybody.';

export const quotaSchema = named('Quota', z.object(limits).describe('Null = as much as the machine has.'));
export const quotaStateSchema = named(
  'QuotaState',
  z.object({
    quota: quotaSchema.describe('What holds.'),
    own: z.object(some).describe(`Limits of this person's own. ${absent}`),
    used: z
      .object(limits)
      .describe('What is wanted of their apps now; null = something of it has no limit of its own.'),
  }),
);
export const ownQuotaBody = named('OwnQuota', z.strictObject(some).describe(absent));
export const defaultQuotaBody = named('QuotaChange', z.strictObject(some).describe('What is absent stays.'));
