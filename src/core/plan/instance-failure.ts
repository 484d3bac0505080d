import type { HealingQuestion } from '../decision/decision.ts';
import type { InstanceFacts } from './instance-facts.ts';

/** What is wrong with an instance, in words; null when nothing is. */
export function failureOf(item: InstanceFacts): HealingQuestion['failure'] | null {
  if (item.state === 'exited' || item.state === 'dead') return describeEnd(item);
  if (item.complaint === 'unhealthy')
    return { kind: 'unhealthy', exitCode: null, text: 'is unhealthy by its health check' };
  if (item.complaint === 'unresponsive')
    return { kind: 'unresponsive', exitCode: null, text: 'does not answer its probe' };
  return null;
}

function describeEnd({ exitCode, isOomKilled, isStoppedOutside }: InstanceFacts): HealingQuestion['failure'] {
  if (isOomKilled) return { kind: 'oom', exitCode, text: 'was killed for exceeding its memory limit' };
  const code = exitCode ?? 'unknown';
  if (isStoppedOutside)
    return { kind: 'stopped', exitCode, text: `was stopped from outside (exit code ${code})` };
  return { kind: 'exited', exitCode, text: `exited with code ${code}` };
}

/** An exit with code 0 is the end of a one-shot service, not a failure. */
export function isCompleted(desire: { canComplete: boolean }, item: InstanceFacts): boolean {
  return desire.canComplete && item.state === 'exited' && item.exitCode === 0;
}

/** Whether its process is there: what has to be stopped before it can be removed. */
export function isAlive(item: InstanceFacts): boolean {
  return item.state !== 'exited' && item.state !== 'dead' && item.state !== 'created';
}
