import type { Decision } from './decision.ts';

/** Holds of the regular loop for the same cause are one row with a count; whatever an alert caused is a row of its own. */
export function isSameHold(last: Decision, next: Decision): boolean {
  return (
    isLoopHold(last) &&
    isLoopHold(next) &&
    last.to === next.to &&
    last.policyRevision === next.policyRevision &&
    boundsOf(last) === boundsOf(next) &&
    steeringOf(last) === steeringOf(next) &&
    isBlind(last) === isBlind(next)
  );
}

function isLoopHold({ verdict, trigger }: Decision): boolean {
  return verdict === 'hold' && trigger === 'loop';
}

function boundsOf({ clamps }: Decision): string {
  return clamps.map((clamp) => clamp.bound).join();
}

/** Another mode, window or override, and other bounds, are told as a decision of their own. */
function steeringOf({ bounds, steering }: Decision): string {
  // What keeps it awake, without how much of it.
  const awake = steering?.idle?.awake?.replace(/[\d.]+/g, '');
  const { mode, window, override } = steering ?? {};
  return [bounds.min, bounds.max, mode, window?.id, override?.replicas, awake].join();
}

/** Nothing usable was measured, or the policy gave no answer. */
function isBlind({ answer }: Decision): boolean {
  return answer === null || !('target' in answer) || answer.target === null;
}
