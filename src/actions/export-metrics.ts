import type { AppUsage } from '../core/usage/usage.ts';
import type { ActionDeps } from './action-deps.ts';

/** Replica counts of one service, as Crane's exporter shows them. */
export type ReplicaFact = { app: string; service: string; desired: number; ready: number };

/** What the exporter shows of the apps; rules divide by it. */
export function exportReplicas(deps: Pick<ActionDeps, 'store' | 'observed'>): ReplicaFact[] {
  return deps.store.apps.list({ kind: 'all' }).flatMap((app) => {
    const instances = deps.observed.app(app.id).instances;
    return deps.store.targets.list(app.id).map((target) => ({
      app: app.engineName,
      service: target.service,
      desired: app.intent === 'running' ? target.replicas : 0,
      ready: instances.filter((item) => item.service === target.service && item.health === 'ready').length,
    }));
  });
}

/** What the instances of every app use. */
export function exportUsage(
  deps: Pick<ActionDeps, 'store' | 'observed'>,
): readonly (AppUsage & { app: string })[] {
  return deps.store.apps
    .list({ kind: 'all' })
    .map((app) => ({ app: app.engineName, ...deps.observed.usage(app.id) }));
}
