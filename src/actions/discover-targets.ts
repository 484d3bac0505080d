import type { ActionDeps } from './action-deps.ts';

/** One group of Prometheus HTTP service discovery: addresses of instances that declare metrics. */
export type TargetGroup = { targets: string[]; labels: Record<string, string> };

/** What Prometheus asks for at its own pace; nothing is restarted when an app comes or goes. */
export function discoverTargets(deps: Pick<ActionDeps, 'store' | 'observed'>): TargetGroup[] {
  return deps.store.apps.list({ kind: 'all' }).flatMap((app) => {
    const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
    return deps.observed.instances(app.id).flatMap((item) => {
      const metrics = release?.project.services[item.service]?.['x-crane']?.metrics;
      const address = Object.values(item.addresses).find((each) => each !== '');
      if (metrics === undefined || address === undefined || item.state !== 'running') return [];
      return [
        {
          targets: [`${address}:${metrics.port}`],
          labels: {
            __metrics_path__: metrics.path ?? '/metrics',
            app: item.app,
            service: item.service,
            instance: `${item.service}-${item.release}-${item.slot}`,
            release: String(item.release),
          },
        },
      ];
    });
  });
}
