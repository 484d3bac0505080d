import type { HealingQuestion } from '../decision/decision.ts';
import type { InstanceFacts, ServiceDesire } from './plan-service.ts';

/** What is wrong with an instance, in words; null when nothing is. */
export function failureOf(item: InstanceFacts): HealingQuestion['failure'] | null {
  if (item.state === 'exited' || item.state === 'dead') {
    if (item.isOomKilled)
      return { kind: 'oom', exitCode: item.exitCode, text: 'was killed for exceeding its memory limit' };
    return {
      kind: 'exited',
      exitCode: item.exitCode,
      text: `exited with code ${item.exitCode ?? 'unknown'}`,
    };
  }
  if (item.complaint === 'unhealthy')
    return { kind: 'unhealthy', exitCode: null, text: 'is unhealthy by its health check' };
  if (item.complaint === 'unresponsive')
    return { kind: 'unresponsive', exitCode: null, text: 'does not answer its probe' };
  return null;
}

/** An exit with code 0 is the end of a one-shot service, not a failure. */
export function isCompleted(desire: Pick<ServiceDesire, 'canComplete'>, item: InstanceFacts): boolean {
  return desire.canComplete && item.state === 'exited' && item.exitCode === 0;
}
