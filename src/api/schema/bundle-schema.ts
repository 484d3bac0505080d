import { z } from 'zod';
import { named } from './components.ts';

export const bundleSchema = named(
  'Bundle',
  z.object({
    name: z.string(),
    files: z
      .array(z.object({ path: z.string(), text: z.string() }))
      .readonly()
      .describe('`compose.yaml`, `.env.example` and `README.md`.'),
  }),
);

export const importBody = named(
  'Import',
  z.strictObject({
    archive: z.base64().min(1).describe('A ZIP archive as `…/export` gives it, in base64.'),
    name: z.string().max(100).exactOptional().describe("Name of the new app; else the bundle's."),
    envFile: z.string().exactOptional().describe("Text of an env file, in place of the archive's `.env`."),
    environment: z
      .record(z.string().min(1).max(256), z.string())
      .exactOptional()
      .describe('Variables that win over the env file.'),
    pull: z.enum(['missing', 'always', 'never']).exactOptional(),
  }),
);
