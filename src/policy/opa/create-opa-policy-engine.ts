import type { PolicyKind, PolicyPin } from '../../core/policy/policy-text.ts';
import { policyModuleName } from '../../core/policy/render-policy-module.ts';
import type { PolicyEngine } from '../../core/port/policy.ts';
import { askOpa } from './ask-opa.ts';
import { parseAdmissionDecision } from './parse-admission.ts';
import { createLoadedPolicies } from './load-policies.ts';
import { createSetAside } from './set-aside.ts';
import {
  parseAccessDecision,
  parseHealingDecision,
  parseOwnAnswer,
  parseScalingDecision,
  readHealingResult,
  readScalingResult,
} from './parse-decision.ts';

export type OpaPolicyEngineOptions = {
  /** `http://10.210.0.13:8181` */
  url: string;
  /** Lets this process, and nobody else, give policies to the engine. */
  token?: string;
  /** The bundle's revision that must have decided; another one is `policy.bad_output`. Absent = any. */
  revision?: string;
  /** Default 2,000. */
  timeoutMs?: number;
  /** Monotonic, milliseconds. */
  now?: () => number;
};

/** A policy of a person has less time than a shipped one: it keeps the others from their answers. */
const ownTimeoutMs = 1_000;

/**
 * Asks Open Policy Agent. The question becomes `input` unchanged; the answer is checked before anyone sees it. A pinned policy is
 * known by its digest in the path, so that no other text can answer for it; an engine that was started anew is given it again. One that
 * the engine did not survive is left alone for a while: it is not the others' to pay for.
 */
export function createOpaPolicyEngine({
  url,
  token,
  revision,
  timeoutMs = 2_000,
  now = () => performance.now(),
}: OpaPolicyEngineOptions): PolicyEngine {
  const aside = createSetAside(now);
  const loaded = createLoadedPolicies({ url, token: token ?? '', timeoutMs: timeoutMs * 2 });
  const askShipped = (
    kind: PolicyKind | 'access' | 'admission',
    input: unknown,
    signal?: AbortSignal,
  ): Promise<string> =>
    askOpa({ url, token: token ?? null, path: `crane/${kind}/decision`, input, timeoutMs, signal });

  async function askOwn(
    kind: PolicyKind,
    policy: PolicyPin,
    input: unknown,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const name = policyModuleName({ kind, revision: policy.revision });
    const ask = async (): Promise<{ decision: unknown } | null> => {
      const path = `people/${name}/crane_answer`;
      const limitMs = Math.min(timeoutMs, ownTimeoutMs);
      return parseOwnAnswer(
        await askOpa({ url, token: token ?? null, path, input, timeoutMs: limitMs, signal }),
      );
    };
    aside.check(name);
    try {
      if (!loaded.has(name)) await loaded.load(policy.read(), signal);
      let answer = await ask();
      if (answer === null) {
        await loaded.load(policy.read(), signal);
        answer = await ask();
      }
      aside.clear(name);
      return answer?.decision;
    } catch (error) {
      throw aside.judge(name, error);
    }
  }

  /** A pin to what is shipped is none. */
  const ownPin = (policy?: PolicyPin): PolicyPin | null =>
    policy === undefined || policy.revision === revision ? null : policy;
  return {
    revision: revision ?? null,
    async decideAccess(question, signal) {
      return parseAccessDecision(await askShipped('access', question, signal), revision ?? null);
    },
    async decideScaling(question, signal, policy) {
      const own = ownPin(policy);
      if (own === null)
        return parseScalingDecision(await askShipped('scaling', question, signal), revision ?? null);
      return readScalingResult(await askOwn('scaling', own, question, signal), own.revision);
    },
    async decideHealing(question, signal, policy) {
      const own = ownPin(policy);
      if (own === null)
        return parseHealingDecision(await askShipped('healing', question, signal), revision ?? null);
      return readHealingResult(await askOwn('healing', own, question, signal), own.revision);
    },
    async decideAdmission(question, signal) {
      return parseAdmissionDecision(
        await askShipped('admission', question, signal),
        revision ?? null,
        question,
      );
    },
  };
}
