import type { ComposeProject } from './compose-project.ts';
import { durationNs } from './duration.ts';
import type { Position } from './positions.ts';
import { placeOf, type ComposeProblem } from './report.ts';

const dayMs = 86_400_000;
const mostRetries = 1_000;
const times = ['interval', 'timeout', 'start_period', 'start_interval'] as const;

/** Times and numbers of health checks that the engine would refuse, or that would never tell anything. 0 is the engine's default. */
export function wrongHealthChecks(
  project: ComposeProject,
  positions: ReadonlyMap<string, Position>,
): ComposeProblem[] {
  return Object.entries(project.services).flatMap(([service, { healthcheck }]) => {
    if (healthcheck === undefined) return [];
    const problem = (key: string, message: string, fix: string): ComposeProblem => ({
      ...placeOf(['services', service, 'healthcheck', key], positions),
      path: `services.${service}.healthcheck.${key}`,
      message,
      fix,
    });
    const wrong = times.flatMap((key) => {
      const text = healthcheck[key];
      const ms = text === undefined ? 0 : durationNs(text) / 1e6;
      if (ms === 0 || (ms >= 1 && ms <= dayMs)) return [];
      return [problem(key, `must be from 1 ms to a day (saw ${JSON.stringify(text)})`, 'Write it as 10s.')];
    });
    const retries = healthcheck.retries ?? 0;
    if (retries >= 0 && retries <= mostRetries) return wrong;
    return [
      ...wrong,
      problem('retries', `must be from 0 to ${mostRetries} (saw ${retries})`, 'Write it as 3.'),
    ];
  });
}
