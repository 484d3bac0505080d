import type { HealingQuestion, HealingVerdict } from '../decision/decision.ts';
import type { ScalingQuestion, ScalingVerdict } from '../scaling/scaling.ts';

/** Asks the policy engine. Down, slow → `policy.unavailable`; undefined or nonsense output → `policy.bad_output`. The caller holds. */
export type PolicyEngine = {
  decideScaling(question: ScalingQuestion, signal?: AbortSignal): Promise<ScalingVerdict>;
  decideHealing(question: HealingQuestion, signal?: AbortSignal): Promise<HealingVerdict>;
};
