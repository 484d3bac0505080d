import type { SignalName } from '../../core/signal/signal.ts';
import { jobs } from './job-names.ts';
import { renderDuration, renderMatchers } from './promql.ts';

/** Window of each signal in milliseconds; at least four scrapes of the router. */
export type SignalWindows = Readonly<
  Record<'requestsPerSecond' | 'p95Ms' | 'errorRate' | 'inFlight', number>
>;

/** Requests per second react within a second; the others need more requests to mean something. */
export const defaultWindows: SignalWindows = {
  requestsPerSecond: 1_000,
  p95Ms: 5_000,
  errorRate: 5_000,
  inFlight: 5_000,
};

/** `of`: more matchers, such as `app="shop-1",service="web"`; empty = all services at once. */
type Measured = { name: SignalName; of: string; windows?: SignalWindows };

/**
 * What is measured of each service, by labels `app` and `service`, over all its replicas. Nothing measured gives no
 * sample. Readings and rules share these formulas.
 *
 * - requestsPerSecond: requests answered by instances, all statuses.
 * - p95Ms: from the router's histogram, so as fine as its buckets.
 * - errorRate: share of 5xx.
 * - inFlight: Little's law, request seconds spent per second = mean number of open requests. The router counts a
 *   request when it ends, so one longer than the window counts late. It has no gauge per service.
 * - cpuPercent, memoryPercent: mean over the instances that Crane's exporter shows. Without a CPU limit one core is
 *   100 %; without a memory limit there is no percentage.
 */
export function renderMeasured(measured: Measured): string {
  const window = windowOf(measured);
  switch (measured.name) {
    case 'requestsPerSecond':
      return requestRate(measured);
    case 'inFlight':
      return `sum by (app, service) (rate(${routerSeries('request_duration_seconds_sum', measured)}[${window}]))`;
    case 'p95Ms': {
      const buckets = routerSeries('request_duration_seconds_bucket', measured);
      const rates = `sum by (app, service, le) (rate(${buckets}[${window}]))`;
      // Without requests the quantile is NaN, which no comparison lets through.
      return `1000 * histogram_quantile(0.95, ${rates}) >= 0`;
    }
    case 'errorRate': {
      const failed = routerSeries('requests_total', measured, ',code=~"5.."');
      return `sum by (app, service) (rate(${failed}[${window}])) / (${requestRate(measured)} > 0)`;
    }
    case 'cpuPercent': {
      const used = craneSeries('cpu_cores', measured);
      const limit = craneSeries('cpu_limit_cores', measured);
      const cores = `(${limit} > 0) or on (app, service, instance) (0 * ${used} + 1)`;
      return `100 * avg by (app, service) (${used} / on (app, service, instance) (${cores}))`;
    }
    case 'memoryPercent': {
      const limit = `${craneSeries('memory_limit_bytes', measured)} > 0`;
      const used = craneSeries('memory_bytes', measured);
      return `100 * avg by (app, service) (${used} / on (app, service, instance) (${limit}))`;
    }
  }
}

/** Requests a second of each service over the signal's window. */
export function requestRate(measured: Measured): string {
  return `sum by (app, service) (rate(${routerSeries('requests_total', measured)}[${windowOf(measured)}]))`;
}

function windowOf({ name, windows = defaultWindows }: Measured): string {
  return renderDuration(name === 'cpuPercent' || name === 'memoryPercent' ? 1 : windows[name]);
}

function routerSeries(name: string, { of }: Measured, more = ''): string {
  return `traefik_service_${name}{${withOf(jobs.router, of)}${more}}`;
}

function craneSeries(name: string, { of }: Measured): string {
  return `crane_instance_${name}{${withOf(jobs.crane, of)}}`;
}

function withOf(job: string, of: string): string {
  return [renderMatchers({ job }), of].filter((part) => part !== '').join(',');
}
