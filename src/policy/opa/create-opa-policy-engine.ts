import type { PolicyEngine } from '../../core/port/policy.ts';
import { askOpa } from './ask-opa.ts';
import { parseAdmissionDecision } from './parse-admission.ts';
import { parseHealingDecision, parseScalingDecision } from './parse-decision.ts';

export type OpaPolicyEngineOptions = {
  /** `http://10.210.0.13:8181` */
  url: string;
  token?: string;
  /** The bundle's revision that must have decided; another one is `policy.bad_output`. Absent = any. */
  revision?: string;
  /** Default 2,000. */
  timeoutMs?: number;
};

/** Asks Open Policy Agent. The question becomes `input` unchanged; the answer is checked before anyone sees it. */
export function createOpaPolicyEngine({
  url,
  token,
  revision,
  timeoutMs = 2_000,
}: OpaPolicyEngineOptions): PolicyEngine {
  const ask = (
    decision: 'scaling' | 'healing' | 'admission',
    input: unknown,
    signal?: AbortSignal,
  ): Promise<string> => askOpa({ url, token: token ?? null, decision, input, timeoutMs, signal });
  return {
    async decideScaling(question, signal) {
      return parseScalingDecision(await ask('scaling', question, signal), revision ?? null);
    },
    async decideHealing(question, signal) {
      return parseHealingDecision(await ask('healing', question, signal), revision ?? null);
    },
    async decideAdmission(question, signal) {
      return parseAdmissionDecision(await ask('admission', question, signal), revision ?? null, question);
    },
  };
}
