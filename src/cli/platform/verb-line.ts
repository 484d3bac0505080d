import { z } from 'zod';

/** One line of a platform verb's output while it works. Times in milliseconds. */
export const verbProgress = z.looseObject({
  at: z.number().optional(),
  step: z.string(),
  state: z.enum(['started', 'progress', 'done', 'failed']),
  text: z.string().default(''),
  done: z.number().optional(),
  total: z.number().optional(),
  unit: z.string().optional(),
  elapsedMs: z.number().optional(),
  estimateMs: z.number().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
export type VerbProgress = z.infer<typeof verbProgress>;

const verbError = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    fix: z.string().optional(),
    errors: z.array(z.looseObject({ message: z.string() })).optional(),
  }),
});
const verbResult = z.looseObject({ result: z.unknown() });

export type VerbLine =
  | { kind: 'progress'; progress: VerbProgress }
  | { kind: 'error'; error: z.infer<typeof verbError>['error'] }
  | { kind: 'result'; result: unknown };

/** Null for a line that is none of ours: a warning of Node, say. */
export function parseVerbLine(line: string): VerbLine | null {
  if (!line.startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const progress = verbProgress.safeParse(value);
  if (progress.success) return { kind: 'progress', progress: progress.data };
  const error = verbError.safeParse(value);
  if (error.success) return { kind: 'error', error: error.data.error };
  const result = verbResult.safeParse(value);
  return result.success && result.data.result !== undefined
    ? { kind: 'result', result: result.data.result }
    : null;
}
