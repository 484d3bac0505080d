import type { Signal, SignalName } from '../../core/signal/signal.ts';

const phrases: Record<SignalName, { factor: number; text: (value: string, target: string) => string }> = {
  requestsPerSecond: {
    factor: 1,
    text: (value, target) => `${value} req/s per replica against a target of ${target}`,
  },
  inFlight: {
    factor: 1,
    text: (value, target) => `${value} open requests per replica against a target of ${target}`,
  },
  p95Ms: { factor: 1, text: (value, target) => `p95 of ${value} ms against a target of ${target} ms` },
  errorRate: {
    factor: 100,
    text: (value, target) => `${value} % of requests failed against a target of ${target} %`,
  },
  cpuPercent: { factor: 1, text: (value, target) => `${value} % CPU against a target of ${target} %` },
  memoryPercent: { factor: 1, text: (value, target) => `${value} % memory against a target of ${target} %` },
};

/** "231 req/s per replica against a target of 50" */
export function describeSignal({
  name,
  value,
  target,
}: {
  name: SignalName;
  value: number;
  target: number;
}): string {
  const { factor, text } = phrases[name];
  return text(amount(value * factor), amount(target * factor));
}

/** Why a signal could not be used. */
export function describeMissing(
  name: SignalName,
  signals: readonly Signal[],
  { staleAfterSeconds }: { staleAfterSeconds: number },
): string {
  const signal = signals.find((each) => each.name === name);
  if (signal?.kind === 'missing') return `${name} is missing (${signal.reason})`;
  if (signal !== undefined && signal.ageSeconds > staleAfterSeconds)
    return `${name} is stale (${amount(signal.ageSeconds)} s old)`;
  return `${name} was not measured`;
}

/** About three digits, for people. */
function amount(x: number): string {
  const digits = x >= 100 ? 0 : x >= 10 ? 1 : 2;
  return String(Math.round(x * 10 ** digits) / 10 ** digits);
}
