import type { AdmissionQuestion, AdmissionVerdict } from '../admission/admission.ts';
import type { PolicyFile, PolicyTests, PolicyVerdict } from '../policy/policy-draft.ts';
import type { HealingQuestion, HealingVerdict } from '../decision/decision.ts';
import type { ScalingQuestion, ScalingVerdict } from '../scaling/scaling.ts';

/** Asks the policy engine. Down, slow → `policy.unavailable`; undefined or nonsense output → `policy.bad_output`. The caller holds. */
export type PolicyEngine = {
  decideScaling(question: ScalingQuestion, signal?: AbortSignal): Promise<ScalingVerdict>;
  decideHealing(question: HealingQuestion, signal?: AbortSignal): Promise<HealingVerdict>;
  /** The caller does not do what was asked about when this fails: no answer is a refusal. */
  decideAdmission(question: AdmissionQuestion, signal?: AbortSignal): Promise<AdmissionVerdict>;
};

/** Judges drafts of policies by the policy engine itself, in a sandbox; what is in force is not touched. */
export type PolicyWorkbench = {
  /** Files in force, tests too. */
  shipped(): Promise<PolicyFile[]>;
  check(files: readonly PolicyFile[], signal?: AbortSignal): Promise<PolicyVerdict>;
  test(files: readonly PolicyFile[], signal?: AbortSignal): Promise<PolicyTests>;
  /** One answer for each question, in order; null where there is none that can be used. */
  decide(
    files: readonly PolicyFile[],
    family: 'scaling',
    questions: readonly ScalingQuestion[],
    signal?: AbortSignal,
  ): Promise<(ScalingVerdict | null)[]>;
};
