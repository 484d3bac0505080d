import type { ComposeProject } from '../core/compose/compose-project.ts';
import type { ServiceTarget } from '../core/app/app.ts';
import type { Store } from '../core/port/store.ts';
import { canSleep } from '../core/scaling/idle.ts';
import { readSteering } from './read-steering.ts';

/**
 * The replicas that a new release begins with, by service: its minimum (or `deploy.replicas`) for new services, the size they have
 * within the new bounds for others. `kept` stay as they are, `isRestart` leaves all alone.
 */
export function wantedReplicas(
  store: Pick<Store, 'controls' | 'schedules'>,
  {
    appId,
    project,
    before,
    kept,
    isRestart,
    now,
  }: {
    appId: number;
    project: ComposeProject;
    before: readonly ServiceTarget[];
    kept: readonly string[];
    isRestart: boolean;
    now: number;
  },
): Record<string, number> {
  const wanted = Object.entries(project.services).map(([service, spec]) => {
    const { min, max, override } = readSteering(store, { appId, service, spec, now });
    const isScaled = spec['x-crane']?.scale !== undefined;
    const isLeft = isRestart || (kept.includes(service) && !isScaled);
    const current = before.find((target) => target.service === service)?.replicas;
    const wished = current === undefined || !(isScaled || isLeft) ? (spec.deploy?.replicas ?? min) : current;
    // What may sleep proves itself first: a release that cannot start is told now, not to the first request.
    const least = canSleep({ min, max }) && spec.deploy?.replicas !== 0 ? 1 : min;
    const bounded = isLeft ? wished : Math.min(Math.max(wished, least), max);
    return [service, override?.replicas ?? bounded] as const;
  });
  return Object.fromEntries(wanted);
}
