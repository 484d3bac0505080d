import { z } from 'zod';
import { admissionCheckSchema } from './admission-schema.ts';
import { appSchema } from './app-schema.ts';
import { listOf, named, time } from './components.ts';
import { warningSchema } from './deploy-schema.ts';
import { operationSchema } from './operation-schema.ts';

const valueChange = z.object({ path: z.string(), from: z.unknown(), to: z.unknown() });

export const releaseDiffSchema = named(
  'ReleaseDiff',
  z.object({
    services: z.array(
      z.object({
        service: z.string(),
        change: z
          .enum(['create', 'replace', 'settings', 'remove', 'keep'])
          .describe('`settings`: no instance is replaced.'),
        because: z.array(valueChange).describe('Secret-looking values are hidden.'),
        order: z.enum(['start-first', 'stop-first']).nullable(),
        parallelism: z.int().nullable().describe('0 = all at once.'),
      }),
    ),
    networks: z.object({ create: z.array(z.string()), remove: z.array(z.string()) }),
    volumes: z.object({ create: z.array(z.string()), leave: z.array(z.string()) }),
    irreversible: z.array(z.string()),
    isEmpty: z.boolean(),
  }),
);

export const releaseSchema = named(
  'Release',
  z.object({
    number: z.int(),
    createdAt: time,
    createdBy: z.string(),
    isCurrent: z.boolean(),
    isStable: z.boolean(),
    isPaused: z.boolean(),
    images: z.array(
      z.object({ service: z.string(), ref: z.string(), imageId: z.string(), digest: z.string().nullable() }),
    ),
    changes: releaseDiffSchema
      .nullable()
      .describe('Against the release before it; null when that one is not kept any more.'),
    restarts: z.array(z.string()).readonly(),
  }),
);
export const releasesSchema = listOf(releaseSchema);

export const rollbackBody = z.strictObject({
  release: z.int().positive().exactOptional().describe('Default: the newest earlier release that differs.'),
});
export const rollbackAnswer = z.object({
  app: appSchema,
  operation: operationSchema,
  changes: releaseDiffSchema,
});
export const transferBody = z.strictObject({
  to: z.string().min(1).max(100).describe('Name of the person.'),
});
export const transferAnswer = z.object({ app: z.string(), owner: z.string() });
export const renameBody = z.strictObject({ name: z.string().max(100) });
export const cloneBody = z.strictObject({
  name: z.string().max(100).exactOptional().describe('Default: the name of the original.'),
  withSecrets: z
    .boolean()
    .exactOptional()
    .describe('Copies the values of secrets that came from the environment; false by default.'),
});

export const previewAnswer = named(
  'DeploymentPreview',
  z.object({
    app: z.string().nullable().describe('Null for a new app.'),
    changes: releaseDiffSchema,
    toPull: z.array(z.string()),
    toBuild: z.array(z.string()).describe('Services whose image would be built.'),
    warnings: z.array(warningSchema).readonly(),
    admission: admissionCheckSchema,
  }),
);
