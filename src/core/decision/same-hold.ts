import type { Decision } from './decision.ts';

/** Holds of the regular loop for the same cause are one row with a count; whatever an alert caused is a row of its own. */
export function isSameHold(last: Decision, next: Decision): boolean {
  return (
    isLoopHold(last) &&
    isLoopHold(next) &&
    last.to === next.to &&
    last.policyRevision === next.policyRevision &&
    boundsOf(last) === boundsOf(next) &&
    isBlind(last) === isBlind(next)
  );
}

function isLoopHold({ verdict, trigger }: Decision): boolean {
  return verdict === 'hold' && trigger === 'loop';
}

function boundsOf({ clamps }: Decision): string {
  return clamps.map((clamp) => clamp.bound).join();
}

/** Nothing usable was measured, or the policy gave no answer. */
function isBlind({ answer }: Decision): boolean {
  return answer === null || !('target' in answer) || answer.target === null;
}
