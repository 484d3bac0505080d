import { z } from 'zod';
import { policyBoundsSchema } from '../../actions/policy-in-force.ts';
import { policyKinds } from '../../core/policy/policy-text.ts';
import { listOf, named, time } from './components.ts';
import { replayReportSchema } from './replay-schema.ts';

const kind = z.enum(policyKinds);
const note = z.string().max(500).default('').describe('Why, for people.');
const number = z.int().min(1).describe('Counted per app and kind.');
const digest = z.string().describe('Digest of rules and settings, as decisions name it.');

const fileSchema = z.strictObject({
  path: z.string().min(1).max(100).describe('As in the folder of policies: `scaling/scaling.rego`.'),
  text: z.string().max(262_144),
});
export const draftFiles = z.array(fileSchema).min(1).max(20).describe('Laid over the policies in force.');
export const policiesSchema = named('Policies', z.object({ files: z.array(fileSchema).readonly() }));
export const draftBody = named(
  'PolicyDraft',
  z.strictObject({
    files: draftFiles,
    dryRun: z.int().min(0).max(1000).default(0).describe('So many of the newest decisions are asked again.'),
  }),
);
const verdict = { isOk: z.boolean(), problems: z.array(z.string()).readonly() };
const testsSchema = z.object({ ...verdict, passed: z.int(), failed: z.int() }).nullable();
const unformatted = z.array(z.string()).readonly().describe('Files that `opa fmt` would write differently.');
export const judgementSchema = named(
  'PolicyJudgement',
  z.object({
    check: z.object(verdict),
    unformatted,
    tests: testsSchema,
    dryRun: replayReportSchema.nullable(),
  }),
);

export const kindParams = z.object({ kind });
export const numberParams = z.object({ kind, number: z.coerce.number<string>().int().min(0) });
export const savePolicyBody = named('SavePolicy', z.strictObject({ files: draftFiles, note }));
export const activatePolicyBody = named('ActivatePolicy', z.strictObject({ number, note }));
export const rollBackPolicyBody = named(
  'RollBackPolicy',
  z.strictObject({
    number: z
      .int()
      .min(0)
      .exactOptional()
      .describe('That was in force once; 0: none of its own. Absent: before the last change.'),
    note,
  }),
);

const revision = { kind, number: z.int(), revision: digest, note: z.string(), by: z.string(), at: time };
const listed = { ...revision, isActive: z.boolean() };
export const policyRevisionSchema = named('PolicyRevision', z.object(listed));
export const policyRevisionsSchema = listOf(policyRevisionSchema);
export const policyRevisionFilesSchema = named(
  'PolicyRevisionFiles',
  z.object({ ...listed, files: z.array(fileSchema).readonly() }),
);
export const savedPolicySchema = named(
  'SavedPolicy',
  z.object({ ...listed, unformatted, tests: testsSchema }),
);
export const policyStateSchema = named(
  'PolicyState',
  z.object({
    kind,
    source: z.enum(['app', 'platform', 'shipped']).describe('Whose policy decides.'),
    number: z.int().nullable(),
    revision: digest.nullable(),
    note: z.string(),
    by: z.string(),
    at: time.nullable(),
    isResting: z.boolean().describe('The app has one of its own, and an admin does not let owners have any.'),
  }),
);
export const policyActivationsSchema = listOf(
  named(
    'PolicyActivation',
    z.object({
      ...revision,
      number: z.int().nullable().describe("Null: back to the platform's, or the shipped one."),
      revision: digest.nullable(),
    }),
  ),
);
export const policyBoundsView = named(
  'PolicyBounds',
  policyBoundsSchema.describe("What owners' own policies may do; Crane's own bounds come after."),
);
