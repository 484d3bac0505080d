import { z } from 'zod';

/** What is sent along for a service that is built. */
const sentBuild = z.object({
  /** Id of a kept build context of the operation's user. */
  context: z.string(),
  /** Text of a Dockerfile that lies outside its context. */
  dockerfile: z.string().exactOptional(),
});

/** How services of an order are built; absent in orders that build nothing. */
export const buildOrder = z.object({
  builds: z.record(z.string(), sentBuild).default({}),
  /** Also what has an image already. */
  isBuilding: z.boolean().default(false),
  isPullingBases: z.boolean().default(false),
  hasCache: z.boolean().default(true),
});
export type BuildOrder = z.output<typeof buildOrder>;
