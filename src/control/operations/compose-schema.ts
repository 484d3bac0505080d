import { z } from 'zod';

/** Compose files as actions queued them, read back from the store. */
export const composeSchema = z.object({
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  support: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.string()),
  profiles: z.array(z.string()),
  directory: z.string().exactOptional(),
});
