import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { AccessVerdict } from '../../core/access/access.ts';
import type { HealingVerdict } from '../../core/decision/decision.ts';
import type { ScalingVerdict } from '../../core/scaling/scaling.ts';
import { signalNames } from '../../core/signal/signal.ts';

const replicas = z.int().min(0).max(10_000);
const reason = z.string().min(1).max(500);

const scalingAnswer = z.strictObject({
  target: replicas.nullable(),
  reason,
  perSignal: z.partialRecord(z.enum(signalNames), replicas),
});

const healingAnswer = z
  .strictObject({
    action: z.enum(['replace', 'back-off', 'give-up']),
    delayMs: z.int().min(0).max(86_400_000),
    reason,
  })
  .refine(({ action, delayMs }) => action === 'replace' || delayMs > 0, {
    message: 'only a replacement can be at once',
    path: ['delayMs'],
  });

const accessAnswer = z.strictObject({ allow: z.boolean(), reason });

const envelope = z.object({
  result: z.unknown(),
  provenance: z.object({
    bundles: z.record(z.string(), z.object({ revision: z.string().min(1).max(200) })),
  }),
});

/** `expected` null takes whatever revision the engine has. Throws `policy.bad_output` for anything else than a verdict. */
export function parseScalingDecision(body: string, expected: string | null): ScalingVerdict {
  const { result, revision } = openEnvelope(body, expected);
  return readScalingResult(result, revision);
}

const ownAnswer = z.object({
  result: z.object({ isLoaded: z.literal(true), decision: z.unknown().optional() }).optional(),
});

/** The answer of a module of one's own: null when the engine does not have it. Throws `policy.bad_output`. */
export function parseOwnAnswer(body: string): { decision: unknown } | null {
  const { result } = check(ownAnswer, parseJson(body));
  return result === undefined ? null : { decision: result.decision };
}

/** The bare result of a policy that is known by its path. Throws `policy.bad_output`. */
export function readScalingResult(result: unknown, policyRevision: string): ScalingVerdict {
  if (result === undefined) throw badOutput('the decision is undefined');
  const { target, reason, perSignal } = check(scalingAnswer, result);
  const wishes = Object.entries(perSignal).filter(([, wish]) => wish !== undefined);
  return { target, reason, perSignal: Object.fromEntries(wishes), policyRevision };
}

/** As `readScalingResult`. */
export function readHealingResult(result: unknown, policyRevision: string): HealingVerdict {
  if (result === undefined) throw badOutput('the decision is undefined');
  return { ...check(healingAnswer, result), policyRevision };
}

/** As `parseScalingDecision`. */
export function parseHealingDecision(body: string, expected: string | null): HealingVerdict {
  const { result, revision } = openEnvelope(body, expected);
  return readHealingResult(result, revision);
}

/** As `parseScalingDecision`. */
export function parseAccessDecision(body: string, expected: string | null): AccessVerdict {
  const { result, revision } = openEnvelope(body, expected);
  const { allow, reason } = check(accessAnswer, result);
  return { isAllowed: allow, reason, policyRevision: revision };
}

/** The result and the revision that decided. */
export function openEnvelope(body: string, expected: string | null): { result: unknown; revision: string } {
  const { result, provenance } = check(envelope, parseJson(body));
  if (result === undefined) throw badOutput('the decision is undefined');
  const revisions = [...new Set(Object.values(provenance.bundles).map((bundle) => bundle.revision))];
  const [revision] = revisions;
  if (revision === undefined || revisions.length > 1) throw badOutput('it names no single policy revision');
  if (expected !== null && revision !== expected)
    throw badOutput(`it decided by policy revision ${revision}, not by ${expected}`);
  return { result, revision };
}

/** Throws `policy.bad_output` when the value is not of this form. */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badOutput(
    issue === undefined ? 'it cannot be read' : `${issue.path.join('.') || 'answer'}: ${issue.message}`,
  );
}

export function badOutput(why: string): CraneError {
  return new CraneError('policy.bad_output', {
    message: `The policy engine's answer is unusable: ${why}.`,
    fix: 'Check the policies with `opa test`, and bring the platform up again with `crane up`.',
  });
}
