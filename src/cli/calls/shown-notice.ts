import { z } from 'zod';

/** One notice, as it comes in a stream. */
export const notice = z.looseObject({
  id: z.number(),
  severity: z.enum(['info', 'warning', 'critical']),
  state: z.enum(['open', 'over', 'once']),
  app: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  lastAt: z.number(),
  times: z.number(),
  isRead: z.boolean(),
});
export type ShownNotice = z.infer<typeof notice>;
