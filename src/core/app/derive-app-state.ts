import type { ServiceStatus } from '../plan/plan-service.ts';
import type { AppIntent, AppState } from './app.ts';

type Facts = {
  intent: AppIntent;
  /** The last look is too old, or there was none. */
  isStale: boolean;
  isDeploying: boolean;
  hasRelease: boolean;
  lastDeployError: string | null;
  services: readonly ServiceStatus[];
  instances: number;
};

/** The state shown to people, with its reason; never better than what was seen. */
export function deriveAppState(facts: Facts): { state: AppState; reason: string | null } {
  if (facts.intent === 'deleted') return { state: 'deleting', reason: `${facts.instances} instance(s) left` };
  if (facts.isStale) return { state: 'unknown', reason: 'not looked at lately' };
  const waiting = facts.services.filter((service) => !service.isSettled);
  const reason =
    waiting.map((service) => `${service.service}: ${service.reason ?? 'changing'}`).join('; ') || null;
  if (facts.isDeploying) return { state: 'deploying', reason };
  if (facts.intent === 'stopped' || !facts.hasRelease) {
    if (facts.lastDeployError !== null) return { state: 'failed', reason: facts.lastDeployError };
    return facts.instances === 0
      ? { state: 'stopped', reason: null }
      : { state: 'stopped', reason: `${facts.instances} instance(s) are stopping` };
  }
  const isDown = facts.services.some(
    (service) => service.desired > 0 && service.ready === 0 && !service.isCompleted,
  );
  const isShort = facts.services.some((service) => service.ready < service.desired && !service.isCompleted);
  if (isDown) return { state: 'failed', reason };
  if (isShort) return { state: 'degraded', reason };
  return { state: 'running', reason };
}
