import { CraneError } from '../../core/error/crane-error.ts';
import type { PolicyText } from '../../core/policy/policy-text.ts';
import { policyModuleName, renderPolicyModule } from '../../core/policy/render-policy-module.ts';

/** Text of all policies of people that the engine holds at once; it compiles them all with each new one. */
const mostBytes = 8 * 1024 ** 2;

export type LoadedPolicies = {
  /** Whether this engine was given it, as far as is known here. Counts as a use. */
  has(name: string): boolean;
  /** Gives it to the engine; those that were not used for longest make room. Throws `policy.unavailable`, `policy.bad_output`. */
  load(policy: PolicyText, signal: AbortSignal | undefined): Promise<void>;
};

/** Keeps policies of people in Open Policy Agent, each as a module of its own, beside the shipped ones. */
export function createLoadedPolicies({
  url,
  token,
  timeoutMs,
}: {
  url: string;
  token: string;
  timeoutMs: number;
}): LoadedPolicies {
  /** Name → size, least recently used first. */
  const known = new Map<string, number>();
  const send = async (
    method: 'PUT' | 'DELETE',
    name: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const limit = AbortSignal.timeout(timeoutMs);
    const response = await fetch(new URL(`/v1/policies/${name}`, url), {
      method,
      redirect: 'error',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    await response.body?.cancel();
    if (response.status !== 200 && !(method === 'DELETE' && response.status === 404))
      throw new CraneError('policy.bad_output', {
        message: `The policy engine did not take the policy: it answered with status ${response.status}.`,
        fix: 'Roll back to an earlier one: crane policy rollback',
      });
  };

  return {
    has(name) {
      const size = known.get(name);
      if (size === undefined) return false;
      known.delete(name);
      known.set(name, size);
      return true;
    },
    async load(policy, signal) {
      const name = policyModuleName(policy);
      const text = renderPolicyModule(policy);
      try {
        for (const [other, size] of known) {
          const sum = [...known.values()].reduce((all, each) => all + each, text.length);
          if (sum <= mostBytes) break;
          if (other === name || size === 0) continue;
          known.delete(other);
          await send('DELETE', other, undefined, signal);
        }
        await send('PUT', name, text, signal);
        known.set(name, text.length);
      } catch (error) {
        if (error instanceof CraneError) throw error;
        signal?.throwIfAborted();
        throw new CraneError(
          'policy.unavailable',
          { message: 'The policy engine could not be given a policy.', fix: 'Look at `crane status`.' },
          { cause: error },
        );
      }
    },
  };
}
