import { z } from 'zod';
import { appSchema } from './app-schema.ts';
import { listOf, named, time } from './components.ts';
import { operationSchema } from './operation-schema.ts';
import { releaseDiffSchema } from './release-schema.ts';
import { personName } from './user-schema.ts';

export const hookSchema = named(
  'DeployHook',
  z.object({
    id: z.string(),
    name: z.string(),
    service: z.string().nullable().describe('The one service it may change; null = any of the app.'),
    isAnyImage: z.boolean().describe('Else only images of the repository that the service runs.'),
    createdAt: time,
    lastUsedAt: time.nullable(),
  }),
);
export const hooksSchema = listOf(hookSchema);

export const newHookBody = named(
  'NewDeployHook',
  z.strictObject({
    name: personName.default('ci'),
    service: z.string().min(1).max(255).exactOptional().describe('Else any service of the app.'),
    isAnyImage: z.boolean().default(false),
  }),
);
export const newHookAnswer = named(
  'DeployHookMade',
  z.object({
    hook: hookSchema,
    path: z.string().describe('Where it is called: POST.'),
    secret: z.string().describe('Shown this once.'),
  }),
);

export const hookCallBody = named(
  'DeployHookCall',
  z.strictObject({
    service: z.string().min(1).max(255).exactOptional().describe('Needed where there are several.'),
    image: z.string().min(1).max(1024).exactOptional().describe('The whole reference.'),
    tag: z
      .string()
      .regex(/^\w[\w.-]{0,127}$/, 'must be a tag')
      .exactOptional()
      .describe('Of the image that runs.'),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits')
      .exactOptional()
      .describe('Of the image that runs.'),
    pull: z
      .enum(['missing', 'always', 'never'])
      .exactOptional()
      .describe('Default: missing; always where the name of the image stays the same.'),
  }),
);
export const hookCallAnswer = named(
  'DeployHookCalled',
  z.object({
    app: appSchema,
    operation: operationSchema.nullable().describe('Null: it runs already, so nothing is done.'),
    changes: releaseDiffSchema,
  }),
);
