import { z } from 'zod';
import { named } from './components.ts';
import { replayReportSchema } from './replay-schema.ts';

const fileSchema = z.strictObject({
  path: z.string().min(1).max(100).describe('As in the folder of policies: `scaling/scaling.rego`.'),
  text: z.string().max(200_000),
});
export const policiesSchema = named('Policies', z.object({ files: z.array(fileSchema).readonly() }));
export const draftBody = named(
  'PolicyDraft',
  z.strictObject({
    files: z.array(fileSchema).min(1).max(20).describe('Laid over the policies in force.'),
    dryRun: z.int().min(0).max(1000).default(0).describe('So many of the newest decisions are asked again.'),
  }),
);
const verdict = { isOk: z.boolean(), problems: z.array(z.string()).readonly() };
export const judgementSchema = named(
  'PolicyJudgement',
  z.object({
    check: z.object(verdict),
    tests: z.object({ ...verdict, passed: z.int(), failed: z.int() }).nullable(),
    dryRun: replayReportSchema.nullable(),
  }),
);
