import type { HealingQuestion, HealingVerdict } from '../../core/decision/decision.ts';

export type HealingSettings = {
  firstDelayMs: number;
  maxDelayMs: number;
  commonCauseDelayMs: number;
  /** Replacements within ten minutes after which a service is left alone for `maxDelayMs`. */
  giveUpAfter: number;
};

/** As `policies/healing/data.json`. */
export const healingSettings: HealingSettings = {
  firstDelayMs: 1_000,
  maxDelayMs: 300_000,
  commonCauseDelayMs: 5_000,
  giveUpAfter: 8,
};

/** The rules of `policies/healing/healing.rego`, in TypeScript; both answer the same (see the policy contract). */
export function decideHealing(
  question: HealingQuestion,
  settings: HealingSettings = healingSettings,
): Omit<HealingVerdict, 'policyRevision'> {
  const { recentRestarts: restarts } = question;
  const tell = (consequence: string): string =>
    `${question.instance} ${question.failure.text}; ${consequence}`.slice(0, 500);
  if (restarts >= settings.giveUpAfter) {
    const reason = tell(`gives up after ${restarts} replacements within ten minutes`);
    return { action: 'give-up', delayMs: settings.maxDelayMs, reason };
  }
  const backOffMs = backOff(restarts, settings);
  const isCommon = isCommonCause(question);
  const delayMs = isCommon ? Math.max(backOffMs, settings.commonCauseDelayMs) : backOffMs;
  if (delayMs === 0) return { action: 'replace', delayMs, reason: tell('replaced at once') };
  const seconds = `${delayMs / 1000} s`;
  const consequence =
    isCommon && delayMs > backOffMs
      ? `no other replica is ready, a common cause is likely: replaced in ${seconds}`
      : `replacement ${restarts + 1} within ten minutes: in ${seconds}`;
  return { action: 'back-off', delayMs, reason: tell(consequence) };
}

function backOff(restarts: number, { firstDelayMs, maxDelayMs }: HealingSettings): number {
  if (restarts === 0) return 0;
  return Math.min(firstDelayMs * 2 ** Math.min(restarts - 1, 20), maxDelayMs);
}

/** Several instances that run and do not answer, and none that does: something they all need is down. */
function isCommonCause({ failure, replicas }: HealingQuestion): boolean {
  const isRunning = failure.kind === 'unhealthy' || failure.kind === 'unresponsive';
  return isRunning && replicas.desired > 1 && replicas.ready === 0;
}
