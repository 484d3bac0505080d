import { z } from 'zod';
import { listOf, named, time } from './components.ts';
import { operationSchema } from './operation-schema.ts';

/** As Compose lets them be called. */
export const secretName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'must begin with a letter or digit and hold only those and . _ -',
  );
/** As large as the engine's own secrets may be. */
export const secretValue = z.string().max(512_000).describe('Never comes back.');

export const secretSchema = named(
  'AppSecret',
  z.object({
    name: z.string(),
    updatedAt: time,
    updatedBy: z.string().nullable(),
    services: z.array(z.string()).describe('Services of the present release that use it.'),
    isApplied: z
      .boolean()
      .nullable()
      .describe('Whether what runs has this value; null = nothing that runs uses it.'),
  }),
);
export const secretsSchema = listOf(secretSchema);

export const secretBody = named(
  'SecretValue',
  z.strictObject({
    value: secretValue,
    isApplying: z
      .boolean()
      .default(false)
      .describe('Bring it to what runs at once, as a deployment; else the next deployment does.'),
  }),
);
export const secretAnswer = named(
  'SecretSet',
  z.object({
    secret: secretSchema,
    operation: operationSchema
      .nullable()
      .describe('The deployment that brings it to what runs; null = none.'),
  }),
);
