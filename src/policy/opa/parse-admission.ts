import { z } from 'zod';
import type { AdmissionQuestion, AdmissionVerdict, Violation } from '../../core/admission/admission.ts';
import { isPolicyId, type PolicyId } from '../../core/admission/policies.ts';
import { badOutput, check, openEnvelope } from './parse-decision.ts';

const text = z.string().max(2_000);

const violation = z.object({
  policy: z.string().refine((id): id is PolicyId => isPolicyId(id)),
  title: text,
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  mode: z.enum(['deny', 'warn', 'audit', 'excepted']),
  path: text,
  field: text,
  seen: text.exactOptional(),
  finding: text.exactOptional(),
  msg: text,
  fix: text,
}) satisfies z.ZodType<Violation>;

const admissionAnswer = z.strictObject({
  allow: z.boolean(),
  settings: z.int().nullable(),
  violations: z.array(violation).max(10_000),
});

/**
 * The verdict on one question. Throws `policy.bad_output` for anything else: undefined, another revision or other settings
 * than were asked by, or an answer that contradicts itself. No answer is a refusal.
 */
export function parseAdmissionDecision(
  body: string,
  expected: string | null,
  { settings }: Pick<AdmissionQuestion, 'settings'>,
): AdmissionVerdict {
  const { result, revision } = openEnvelope(body, expected);
  const { allow, violations, settings: judgedBy } = check(admissionAnswer, result);
  if (judgedBy !== settings.version) throw badOutput('it decided by other settings than were sent');
  if (allow === violations.some(({ mode }) => mode === 'deny')) throw badOutput('it contradicts itself');
  return { isAllowed: allow, violations, policyRevision: revision, settingsVersion: settings.version };
}
