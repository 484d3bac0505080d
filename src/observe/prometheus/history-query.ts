import type { SeriesName } from '../../core/history/history.ts';
import { jobs } from './job-names.ts';
import { renderDuration, renderMatchers } from './promql.ts';

/** Rates of a chart are means over its step, but at least over this many ms (four scrapes of the router). */
const shortestWindowMs = 2_000;

/** PromQL of one line for each service of an app, by label `service`. */
export function historyQuery(name: SeriesName, app: string, stepMs: number): string {
  const window = renderDuration(Math.max(stepMs, shortestWindowMs));
  const router = (series: string, more = ''): string =>
    `rate(traefik_service_${series}{${renderMatchers({ job: jobs.router, app })}${more}}[${window}])`;
  const crane = (series: string, labels: Record<string, string> = {}): string =>
    `sum by (service) (crane_${series}{${renderMatchers({ job: jobs.crane, app, ...labels })}})`;
  const percentile = (share: number): string =>
    `1000 * histogram_quantile(${share}, sum by (service, le) (${router('request_duration_seconds_bucket')})) >= 0`;
  switch (name) {
    case 'requestsPerSecond':
      return `sum by (service) (${router('requests_total')})`;
    case 'errorsPerSecond':
      // No counter of failures is there before the first one: then it is zero, where requests were counted.
      return `sum by (service) (${router('requests_total', ',code=~"5.."')}) or 0 * sum by (service) (${router('requests_total')})`;
    case 'p50Ms':
      return percentile(0.5);
    case 'p95Ms':
      return percentile(0.95);
    case 'p99Ms':
      return percentile(0.99);
    case 'inFlight':
      return `sum by (service) (${router('request_duration_seconds_sum')})`;
    case 'replicasWanted':
      return crane('service_replicas', { state: 'desired' });
    case 'replicasReady':
      return crane('service_replicas', { state: 'ready' });
    case 'cpuCores':
      return crane('instance_cpu_cores');
    case 'memoryBytes':
      return crane('instance_memory_bytes');
  }
}
