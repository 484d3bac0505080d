import { instanceLabel } from '../core/service/instance.ts';
import type { ActionDeps } from './action-deps.ts';
import type { FindDeclaredMetrics } from './declared-metrics.ts';

/** One group of Prometheus HTTP service discovery: a target and its labels. */
export type TargetGroup = { targets: string[]; labels: Record<string, string> };

/** Where the internal listener gives the metrics of an instance. */
export const scrapePath = '/internal/scrape';

/**
 * The running instances that declare metrics, each as a target of the internal listener at `listener` (`address:port`): Prometheus
 * is in no network of an app. It asks at its own pace; nothing is restarted when an app comes or goes.
 */
export function discoverTargets(
  deps: Pick<ActionDeps, 'store' | 'observed'>,
  findMetrics: FindDeclaredMetrics,
  listener: string,
): TargetGroup[] {
  return deps.store.apps.list({ kind: 'all' }).flatMap((app) =>
    deps.observed
      .instances(app.id)
      .filter((item) => findMetrics(item) !== null)
      .map((item) => ({
        targets: [listener],
        labels: {
          __metrics_path__: `${scrapePath}/${item.id}`,
          app: item.app,
          service: item.service,
          instance: instanceLabel(item),
          release: String(item.release),
        },
      })),
  );
}
