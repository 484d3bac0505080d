import { adminLifelines } from '../core/access/access.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Log } from '../core/port/log.ts';
import type { PolicyEngine } from '../core/port/policy.ts';

type Deps = { policy: Pick<PolicyEngine, 'decideAccess'>; log: Log };

/**
 * Nothing starts with an access policy that keeps every admin from seeing and undoing what it does: nobody could let anybody in again.
 * A policy engine that is down is another matter: all is refused until it is back, and then judged by the policy that was there.
 * @throws policy.invalid
 */
export async function refuseLockout({ policy, log }: Deps, signal: AbortSignal): Promise<void> {
  for (const action of adminLifelines) {
    const refusal = await refusalOf(policy, action, signal);
    if (refusal === 'unknown') {
      log.warn({ action }, 'the policy engine is down: whether admins can get in was not asked');
      return;
    }
    if (refusal !== null)
      throw new CraneError('policy.invalid', {
        message: `The access policy locks every admin out: ${action} is refused to them (${refusal}).`,
        fix: 'Mend the policy in policies/access, or bring the shipped one back; then run: crane up',
      });
  }
}

/** Why an admin may not do this; null = they may, `unknown` = the engine is down. */
async function refusalOf(
  policy: Deps['policy'],
  action: string,
  signal: AbortSignal,
): Promise<string | null> {
  const question = { role: 'admin', action, relation: 'none', verbs: null, isAppToken: false } as const;
  try {
    const { isAllowed, reason } = await policy.decideAccess(question, signal);
    return isAllowed ? null : reason;
  } catch (error) {
    if (!(error instanceof CraneError)) throw error;
    if (error.code === 'policy.unavailable') return 'unknown';
    if (error.code === 'policy.bad_output') return error.message;
    throw error;
  }
}
