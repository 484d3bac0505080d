import { CraneError } from '../../core/error/crane-error.ts';
import type { PolicyEngine } from '../../core/port/policy.ts';
import { decideHealing } from './decide-healing.ts';
import { decideScaling } from './decide-scaling.ts';

export type MemoryPolicyEngine = PolicyEngine & {
  /** Makes the next answers fail as a part that is down, or one that talks nonsense; null heals it. */
  fail(how: 'policy.unavailable' | 'policy.bad_output' | null): void;
};

/** Decides in this process, by the arithmetic of the shipped policies; for unit tests and development. */
export function createMemoryPolicyEngine({ revision = 'memory' } = {}): MemoryPolicyEngine {
  let failure: 'policy.unavailable' | 'policy.bad_output' | null = null;
  const guard = (signal?: AbortSignal): void => {
    signal?.throwIfAborted();
    if (failure !== null) throw new CraneError(failure, 'The policy engine was told to fail.');
  };
  return {
    fail(how) {
      failure = how;
    },
    async decideScaling(question, signal) {
      guard(signal);
      return { ...decideScaling(question), policyRevision: revision };
    },
    async decideHealing(question, signal) {
      guard(signal);
      return { ...decideHealing(question), policyRevision: revision };
    },
  };
}
