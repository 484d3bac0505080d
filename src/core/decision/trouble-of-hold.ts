import type { Decision } from './decision.ts';

export const nothingMeasured = 'nothing is measured';

/** Bounds that keep a service smaller than its load asks for, in words. */
const tight: Readonly<Record<string, string>> = {
  max: 'its max is reached',
  quota: 'the quota is reached',
  headroom: 'this machine has no room',
};

/**
 * What is wrong when a scaling decision held: the policy gave no answer, nothing was measured, or a bound keeps the service
 * smaller than its load asks for. Null for holds that are as they should be, and for services without a signal. Pure.
 */
export function troubleOfHold(
  row: Pick<Decision, 'family' | 'verdict' | 'question' | 'answer' | 'clamps' | 'to' | 'reason'>,
): string | null {
  if (row.family !== 'scaling' || row.verdict !== 'hold' || row.question === null) return null;
  if (!('targets' in row.question) || Object.keys(row.question.targets).length === 0) return null;
  // A silence is what somebody wanted.
  if (row.answer === null && /^(in maintenance, )?silenced by /.test(row.reason)) return null;
  if (row.answer === null) return 'the policy gave no answer';
  if (!('target' in row.answer)) return null;
  const { target } = row.answer;
  if (target === null) return nothingMeasured;
  const bound = target > row.to ? row.clamps.find((clamp) => Object.hasOwn(tight, clamp.bound)) : undefined;
  return bound === undefined ? null : (tight[bound.bound] ?? null);
}
