import type { AdmissionQuestion, AdmissionVerdict } from '../admission/admission.ts';
import type { AccessQuestion, AccessVerdict } from '../access/access.ts';
import type { PolicyTests, PolicyVerdict } from '../policy/policy-draft.ts';
import type { PolicyFile, PolicyPin } from '../policy/policy-text.ts';
import type { HealingQuestion, HealingVerdict } from '../decision/decision.ts';
import type { ScalingQuestion, ScalingVerdict } from '../scaling/scaling.ts';

/** Asks the policy engine. Down, slow → `policy.unavailable`; undefined or nonsense output → `policy.bad_output`. The caller holds. */
export type PolicyEngine = {
  /** Of the shipped policies that must decide; null = any. */
  readonly revision: string | null;
  decideAccess(question: AccessQuestion, signal?: AbortSignal): Promise<AccessVerdict>;
  /** Without a pin the shipped policy decides. */
  decideScaling(question: ScalingQuestion, signal?: AbortSignal, policy?: PolicyPin): Promise<ScalingVerdict>;
  decideHealing(question: HealingQuestion, signal?: AbortSignal, policy?: PolicyPin): Promise<HealingVerdict>;
  /** The caller does not do what was asked about when this fails: no answer is a refusal. */
  decideAdmission(question: AdmissionQuestion, signal?: AbortSignal): Promise<AdmissionVerdict>;
};

/** Judges drafts of policies by the policy engine itself, in a sandbox; what is in force is not touched. */
export type PolicyWorkbench = {
  /** Files in force, tests too. */
  shipped(): Promise<PolicyFile[]>;
  check(files: readonly PolicyFile[], signal?: AbortSignal): Promise<PolicyVerdict>;
  test(files: readonly PolicyFile[], signal?: AbortSignal): Promise<PolicyTests>;
  /** Digest of rules and settings, as decisions name it; tests do not count. */
  revisionOf(files: readonly PolicyFile[]): string;
  /** What the engine would write differently (spaces, order of lines); no reason to refuse anything. */
  unformatted(files: readonly PolicyFile[], signal?: AbortSignal): Promise<string[]>;
  /** One answer for each question, in order; null where there is none that can be used. */
  decide(
    files: readonly PolicyFile[],
    asked: AskedDrafts,
    signal?: AbortSignal,
  ): Promise<(PolicyAnswer | null)[]>;
};

export type AskedDrafts =
  | { kind: 'scaling'; questions: readonly ScalingQuestion[] }
  | { kind: 'healing'; questions: readonly HealingQuestion[] };
export type PolicyAnswer = ScalingVerdict | HealingVerdict;
