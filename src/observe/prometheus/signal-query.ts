import type { SignalName } from '../../core/signal/signal.ts';
import { jobs } from './job-names.ts';
import { renderMeasured, requestRate, type SignalWindows } from './measured-query.ts';
import { renderDuration, renderMatchers } from './promql.ts';

/** So long must the router have been seen without a break before "it counted no request" is a measurement. */
const idleProofMs = 10_000;

export type SignalQuery = {
  /** One sample without labels, or nothing. */
  value: string;
  /** Seconds since the newest sample it is made of; one sample without labels, or nothing. */
  age: string;
  /** How many instances it is made of, for what is a mean over instances; one sample without labels, or nothing. */
  covered: string | null;
};

type Target = { name: SignalName; app: string; service: string; windows?: SignalWindows };

/**
 * PromQL that reads one signal of one service, by the same formula as the rules (measured-query.ts). Nothing measured
 * gives no sample, never zero; but a service that the router is known to have no requests for is measured: it is idle,
 * which is zero for what comes from the router. `replicas` are the ready ones, taken for at least one.
 */
export function signalQuery(target: Target & { replicas: number }): SignalQuery {
  const { name, app, service, windows } = target;
  const of = renderMatchers({ app, service });
  const measured = `sum(${renderMeasured({ name, of, ...(windows === undefined ? {} : { windows }) })})`;
  const isPerReplica = name === 'requestsPerSecond' || name === 'inFlight';
  const value = isPerReplica ? `${measured} / ${Math.max(1, target.replicas)}` : measured;
  const series = instanceSeries(name);
  return {
    value: series === null ? `${value} or ${renderIdle(of, target)}` : value,
    age: renderAge(of, name),
    covered: series === null ? null : `count(${series}{${renderMatchers({ job: jobs.crane })},${of}})`,
  };
}

/** Requests of a service since the router began to count; nothing when that is not known. Value and age as with signals. */
export function trafficQuery(app: string, service: string): Pick<SignalQuery, 'value' | 'age'> {
  const of = renderMatchers({ app, service });
  const name = 'requestsPerSecond';
  const counted = `sum(traefik_service_requests_total{${renderMatchers({ job: jobs.router })},${of}})`;
  return { value: `${counted} or ${renderIdle(of, { name, app, service })}`, age: renderAge(of, name) };
}

/** What the mean is taken of; null for what the router tells. */
function instanceSeries(name: SignalName): string | null {
  if (name === 'cpuPercent') return 'crane_instance_cpu_cores';
  return name === 'memoryPercent' ? 'crane_instance_memory_bytes' : null;
}

/**
 * Zero when the counter stood still; or when there is no counter at all, the router was long seen without a break, and
 * Crane's exporter knows the service: then the router never had a request for it.
 */
function renderIdle(of: string, { name, windows }: Target): string {
  const up = `up{${renderMatchers({ job: jobs.router })}}`;
  const proof = renderDuration(idleProofMs);
  const isSeen = `max(min_over_time(${up}[${proof}]) == 1 and ${up} offset ${proof})`;
  const isKnown = `max(crane_service_replicas{${renderMatchers({ job: jobs.crane })},${of}})`;
  const counter = `traefik_service_requests_total{${renderMatchers({ job: jobs.router })},${of}}`;
  const counted = `sum(${requestRate({ name, of, ...(windows === undefined ? {} : { windows }) })})`;
  return `0 * (${counted} or (${isSeen} and ${isKnown} unless sum(${counter})))`;
}

/** `timestamp` tells a sample's own time only for a bare selector; a router that fails its scrape has no age at all. */
function renderAge(of: string, name: SignalName): string {
  const series = instanceSeries(name);
  if (series !== null) {
    return `time() - max(timestamp(${series}{${renderMatchers({ job: jobs.crane })},${of}}))`;
  }
  const up = `up{${renderMatchers({ job: jobs.router })}}`;
  return `time() - max(timestamp(${up}) and ${up} == 1)`;
}
