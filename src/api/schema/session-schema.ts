import { z } from 'zod';
import { listOf, named } from './components.ts';
import { problemSchema } from './problem-schema.ts';

const text = z
  .string()
  .max(4_096)
  .regex(/^[^\0]*$/, 'must not hold a NUL');
const side = z.int().min(1).max(10_000);
const size = z.strictObject({ rows: side, columns: side });

const startFields = {
  tty: z.boolean().default(false).describe('A terminal; all output is then stdout.'),
  stdin: z.boolean().default(false).describe('Whether input follows.'),
  environment: z
    .record(
      z.string().regex(/^[^=\0]{1,256}$/),
      z
        .string()
        .max(32_768)
        .regex(/^[^\0]*$/),
    )
    .default({}),
  user: text.min(1).exactOptional(),
  workingDir: text.min(1).exactOptional(),
  size: size.exactOptional(),
};

const commandWords = z
  .array(
    z
      .string()
      .max(131_072)
      .regex(/^[^\0]*$/),
  )
  .max(4_096);

export const processesSchema = listOf(
  named(
    'InstanceProcesses',
    z.object({
      instance: z.string(),
      service: z.string(),
      titles: z.array(z.string()).readonly().describe('Columns, as the engine names them.'),
      processes: z.array(z.array(z.string()).readonly()).readonly().describe('A row for each process.'),
    }),
  ),
);

/** First message of `exec`. */
export const execStartSchema = named(
  'ExecStart',
  z.strictObject({ command: commandWords.min(1), ...startFields }),
);

/** First message of `run`. */
export const runStartSchema = named(
  'RunStart',
  z.strictObject({
    command: commandWords.default([]).describe("Empty: the service's own."),
    ...startFields,
  }),
);

/** Later messages of the client; binary ones are input. */
export const sessionInputSchema = named(
  'SessionInput',
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('resize'), ...size.shape }),
    z.strictObject({ type: z.literal('endInput') }),
  ]),
);

/** Messages of the server; binary ones are output: a byte 1 (stdout) or 2 (stderr), then what was written. */
export const sessionEventSchema = named(
  'SessionEvent',
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('started'), instance: z.string() }),
    z.object({ type: z.literal('exit'), exitCode: z.int() }),
    z.object({ type: z.literal('error'), problem: problemSchema }),
  ]),
);
export type SessionEvent = z.infer<typeof sessionEventSchema>;
export type SessionInput = z.infer<typeof sessionInputSchema>;
