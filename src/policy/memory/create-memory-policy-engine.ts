import { CraneError } from '../../core/error/crane-error.ts';
import type { AdmissionQuestion, Violation } from '../../core/admission/admission.ts';
import type { PolicyEngine } from '../../core/port/policy.ts';
import { findViolations } from './find-violations.ts';
import { decideHealing } from './decide-healing.ts';
import { decideScaling } from './decide-scaling.ts';

export type MemoryPolicyEngine = PolicyEngine & {
  /** Makes the next answers fail as a part that is down, or one that talks nonsense; null heals it. */
  fail(how: 'policy.unavailable' | 'policy.bad_output' | null): void;
  /** What admission finds from now on, in place of the few rules it has. */
  judge(find: (question: AdmissionQuestion) => Violation[]): void;
};

/** Decides in this process, by the arithmetic of the shipped policies; for unit tests and development. */
export function createMemoryPolicyEngine({ revision = 'memory' } = {}): MemoryPolicyEngine {
  let failure: 'policy.unavailable' | 'policy.bad_output' | null = null;
  let find = findViolations;
  const guard = (signal?: AbortSignal): void => {
    signal?.throwIfAborted();
    if (failure !== null) throw new CraneError(failure, 'The policy engine was told to fail.');
  };
  return {
    fail(how) {
      failure = how;
    },
    judge(other) {
      find = other;
    },
    async decideScaling(question, signal) {
      guard(signal);
      return { ...decideScaling(question), policyRevision: revision };
    },
    async decideHealing(question, signal) {
      guard(signal);
      return { ...decideHealing(question), policyRevision: revision };
    },
    async decideAdmission(question, signal) {
      guard(signal);
      const violations = find(question);
      return {
        isAllowed: !violations.some(({ mode }) => mode === 'deny'),
        violations,
        policyRevision: revision,
        settingsVersion: question.settings.version,
      };
    },
  };
}
