import { z } from 'zod';
import { named } from './components.ts';

/** RFC 9457, with what Crane adds. */
export const problemSchema = named(
  'Problem',
  z.object({
    type: z.string().describe('`/problems/<code>`'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; decide by this one, not by texts.'),
    exitCode: z.int().describe('What the command line exits with.'),
    fix: z.string().exactOptional().describe('What to do about it.'),
    errors: z
      .array(
        z.object({
          pointer: z.string().exactOptional().describe('JSON pointer into the request.'),
          place: z.string().exactOptional().describe('`file:line:column` in a compose file.'),
          message: z.string(),
          fix: z.string().exactOptional(),
        }),
      )
      .readonly()
      .exactOptional()
      .describe('Each single mistake of the request.'),
    instance: z
      .string()
      .describe('This one occurrence: `/requests/<requestId>`; the log has it under the request id.'),
    requestId: z.string(),
  }),
);
export type Problem = z.infer<typeof problemSchema>;
