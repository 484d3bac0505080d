import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import type { AdmissionQuestion, Violation } from '../../core/admission/admission.ts';
import type { PolicyEngine } from '../../core/port/policy.ts';
import { findViolations } from './find-violations.ts';
import type { AccessTable } from '../../core/access/access.ts';
import { decideAccess } from './decide-access.ts';
import { decideHealing } from './decide-healing.ts';
import { decideScaling } from './decide-scaling.ts';

export type MemoryPolicyEngine = PolicyEngine & {
  /** Makes the next answers fail as a part that is down, or one that talks nonsense; null heals it. */
  fail(how: 'policy.unavailable' | 'policy.bad_output' | null): void;
  /** What admission finds from now on, in place of the few rules it has. */
  judge(find: (question: AdmissionQuestion) => Violation[]): void;
};

const scalingOwn = z.object({ tolerance: z.number(), staleAfterSeconds: z.number() });
const healingOwn = z.object({
  firstDelayMs: z.number(),
  maxDelayMs: z.number(),
  commonCauseDelayMs: z.number(),
  giveUpAfter: z.number(),
});

/**
 * Decides in this process, by the arithmetic of the shipped policies; for unit tests and development. Of a policy of one's own it
 * knows the settings only: its rules it cannot read.
 */
export function createMemoryPolicyEngine({
  revision = 'memory',
  access = { actions: {}, grants: {} },
}: { revision?: string; access?: AccessTable } = {}): MemoryPolicyEngine {
  let failure: 'policy.unavailable' | 'policy.bad_output' | null = null;
  let find = findViolations;
  const guard = (signal?: AbortSignal): void => {
    signal?.throwIfAborted();
    if (failure !== null) throw new CraneError(failure, 'The policy engine was told to fail.');
  };
  return {
    revision,
    fail(how) {
      failure = how;
    },
    judge(other) {
      find = other;
    },
    async decideAccess(question, signal) {
      guard(signal);
      return { ...decideAccess(access, question), policyRevision: revision };
    },
    async decideScaling(question, signal, policy) {
      guard(signal);
      if (policy === undefined || policy.revision === revision)
        return { ...decideScaling(question), policyRevision: revision };
      const own = scalingOwn.parse(JSON.parse(policy.read().settings));
      return { ...decideScaling(question, own), policyRevision: policy.revision };
    },
    async decideHealing(question, signal, policy) {
      guard(signal);
      if (policy === undefined || policy.revision === revision)
        return { ...decideHealing(question), policyRevision: revision };
      const own = healingOwn.parse(JSON.parse(policy.read().settings));
      return { ...decideHealing(question, own), policyRevision: policy.revision };
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
