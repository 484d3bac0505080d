import { z } from 'zod';
import type { AdmissionSettings } from './admission.ts';
import type { PolicyId } from './policies.ts';

const folder = z.string().startsWith('/').max(4_096);
const port = z.int().min(1).max(65_535);
const bytes = z
  .int()
  .min(1_048_576)
  .max(2 ** 50);
const hours = z.int().min(1).max(87_600);
const unsure = z.enum(['deny', 'warn', 'audit']);

/** What can be set of each policy; `policies/admission/pNN/params.schema.json` says the same to readers of the policies. */
export const admissionParams = {
  P03: z.strictObject({ capabilities: z.array(z.string().regex(/^[A-Z_]{3,30}$/)).max(50) }).partial(),
  P05: z
    .strictObject({
      sysctls: z.array(z.string().regex(/^[a-z0-9_]{1,30}([.][a-zA-Z0-9_/-]{1,60}){1,6}$/)).max(100),
    })
    .partial(),
  P07: z.strictObject({ folders: z.array(folder).max(100), projects: z.array(folder).max(100) }).partial(),
  P08: z
    .strictObject({ drivers: z.array(z.string().regex(/^[a-z0-9][a-z0-9_.:/-]{0,100}$/)).max(20) })
    .partial(),
  P09: z.strictObject({ memoryBytes: bytes }).partial(),
  P10: z
    .strictObject({
      from: port,
      to: port,
      most: port,
      reserved: z.array(port).max(1_000),
      addresses: z.array(z.string().max(64)).max(50),
    })
    .partial(),
  P12: z
    .strictObject({
      memoryBytes: bytes,
      cpus: z.number().positive().max(1_024),
      pids: z.int().min(1),
      ulimit: z.int().min(1),
    })
    .partial(),
  P13: z
    .strictObject({ registries: z.array(z.string().regex(/^[a-z0-9][a-z0-9._:/-]{0,200}$/)).max(200) })
    .partial(),
  P17: z.strictObject({ maxAgeHours: hours, databaseMaxAgeHours: hours, unknown: unsure }).partial(),
  P18: z
    .strictObject({
      trusted: z
        .array(
          z.strictObject({
            prefix: z.string().min(1).max(300),
            digests: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).max(1_000),
          }),
        )
        .max(100),
    })
    .partial(),
  P20: z.strictObject({ names: unsure }).partial(),
} as const satisfies Partial<Record<PolicyId, z.ZodType>>;

export function paramsOf(id: PolicyId): z.ZodType<Record<string, unknown>> {
  const found = Object.entries(admissionParams).find(([name]) => name === id)?.[1];
  return found ?? z.strictObject({});
}

/** How old a vulnerability database may be (P17); 30 days as shipped. */
export function databaseMaxAgeMs({ params }: Pick<AdmissionSettings, 'params'>): number {
  const given = admissionParams.P17.safeParse(params.P17 ?? {}).data?.databaseMaxAgeHours;
  return (given ?? 720) * 3_600_000;
}
