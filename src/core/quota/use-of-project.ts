import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { instanceLimits } from '../service/render-host-config.ts';
import { addUse, noUse, type QuotaUse } from './quota.ts';

/** What one instance of a service has: its limits, which are what it may take, and the ports it publishes. */
export function useOfInstance(spec: ComposeService): QuotaUse {
  const { memoryBytes, cpus } = instanceLimits(spec);
  return {
    ...noUse,
    instances: 1,
    cpus: cpus ?? Infinity,
    memoryBytes: memoryBytes ?? Infinity,
    ports: spec.ports?.length ?? 0,
  };
}

/** What an app has of this model, with so many replicas of its services. Volumes stay also while nothing runs. */
export function useOfProject(project: ComposeProject, replicasOf: (service: string) => number): QuotaUse {
  const own = Object.values(project.volumes ?? {}).filter(({ external }) => external !== true);
  return Object.entries(project.services).reduce(
    (sum, [service, spec]) => addUse(sum, useOfInstance(spec), replicasOf(service)),
    { ...noUse, apps: 1, volumes: own.length },
  );
}
