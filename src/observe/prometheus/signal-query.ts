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

/** So long must the router have been seen without a break before "it counted no request" is a measurement. */
const idleProofMs = 10_000;

export type SignalQuery = {
  /** One sample without labels, or nothing. */
  value: string;
  /** Seconds since the newest sample it is made of; one sample without labels, or nothing. */
  age: string;
};

type Target = { name: SignalName; app: string; service: string; windows?: SignalWindows };

/**
 * PromQL that reads one signal of one service. Nothing measured gives no sample, never zero; but a service that the
 * router is known to have no requests for is measured: it is idle, which is zero for what comes from the router.
 *
 * - requestsPerSecond: requests answered by instances, all statuses.
 * - p95Ms: from the router's histogram, so as fine as its buckets.
 * - errorRate: share of 5xx.
 * - inFlight: Little's law, request seconds spent per second = mean number of open requests. The router counts a
 *   request when it ends, so one longer than the window counts late. It has no gauge per service.
 * - cpuPercent, memoryPercent: mean over the instances that Crane's exporter shows. Without a CPU limit one core is
 *   100 %; without a memory limit there is no percentage.
 */
export function signalQuery(target: Target & { replicas: number }): SignalQuery {
  const measured = renderMeasured(target, String(Math.max(1, target.replicas)));
  const isFromRouter = target.name !== 'cpuPercent' && target.name !== 'memoryPercent';
  return {
    value: isFromRouter ? `(${measured}) or ${renderIdle(target)}` : measured,
    age: renderAge(target),
  };
}

/** The condition under which a signal is above its ceiling. Nothing measured is not above it. */
export function exceedsQuery(target: Target & { ceiling: number }): string {
  const ready = `crane_service_replicas${craneSelector(target, ',state="ready"')}`;
  return `(${renderMeasured(target, `clamp_min(max(${ready}), 1)`)}) > ${target.ceiling}`;
}

function renderMeasured(target: Target, replicas: string): string {
  const { name } = target;
  const window = renderWindow(target);
  switch (name) {
    case 'requestsPerSecond':
      return `sum(rate(${requests(target)}[${window}])) / ${replicas}`;
    case 'inFlight':
      return `sum(rate(traefik_service_request_duration_seconds_sum${routerSelector(target)}[${window}])) / ${replicas}`;
    case 'p95Ms': {
      const buckets = `traefik_service_request_duration_seconds_bucket${routerSelector(target)}[${window}]`;
      // Without requests the quantile is NaN, which no comparison lets through.
      return `1000 * histogram_quantile(0.95, sum by (le) (rate(${buckets}))) >= 0`;
    }
    case 'errorRate': {
      const failed = requests(target, ',code=~"5.."');
      return `sum(rate(${failed}[${window}])) / (sum(rate(${requests(target)}[${window}])) > 0)`;
    }
    case 'cpuPercent':
      return renderCpu(target);
    case 'memoryPercent':
      return renderMemory(target);
  }
}

function renderWindow({ name, windows = defaultWindows }: Target): string {
  return renderDuration(name === 'cpuPercent' || name === 'memoryPercent' ? 1 : windows[name]);
}

function requests(target: Target, more = ''): string {
  return `traefik_service_requests_total${routerSelector(target, more)}`;
}

function routerSelector({ app, service }: Target, more = ''): string {
  return `{${renderMatchers({ job: jobs.router, app, service })}${more}}`;
}

function craneSelector({ app, service }: Target, more = ''): string {
  return `{${renderMatchers({ job: jobs.crane, app, service })}${more}}`;
}

/**
 * Zero when the counter stood still; or when there is no counter at all, the router was long seen without a break, and
 * Crane's exporter knows the service: then the router never had a request for it.
 */
function renderIdle(target: Target): string {
  const up = `up{${renderMatchers({ job: jobs.router })}}`;
  const proof = renderDuration(idleProofMs);
  const isSeen = `max(min_over_time(${up}[${proof}]) == 1 and ${up} offset ${proof})`;
  const isKnown = `max(crane_service_replicas${craneSelector(target)})`;
  const counted = `sum(rate(${requests(target)}[${renderWindow(target)}]))`;
  return `0 * (${counted} or (${isSeen} and ${isKnown} unless sum(${requests(target)})))`;
}

function renderCpu(target: Target): string {
  const used = `crane_instance_cpu_cores${craneSelector(target)}`;
  const limit = `crane_instance_cpu_limit_cores${craneSelector(target)}`;
  return `100 * avg(${used} / on (instance) ((${limit} > 0) or on (instance) (0 * ${used} + 1)))`;
}

function renderMemory(target: Target): string {
  const used = `crane_instance_memory_bytes${craneSelector(target)}`;
  const limit = `crane_instance_memory_limit_bytes${craneSelector(target)}`;
  return `100 * avg(${used} / on (instance) (${limit} > 0))`;
}

/** `timestamp` tells a sample's own time only for a bare selector; a router that fails its scrape has no age at all. */
function renderAge(target: Target): string {
  if (target.name === 'cpuPercent' || target.name === 'memoryPercent') {
    const series = target.name === 'cpuPercent' ? 'crane_instance_cpu_cores' : 'crane_instance_memory_bytes';
    return `time() - max(timestamp(${series}${craneSelector(target)}))`;
  }
  const up = `up{${renderMatchers({ job: jobs.router })}}`;
  return `time() - max(timestamp(${up}) and ${up} == 1)`;
}
