import type { Metrics } from '../../core/port/metrics.ts';
import type { Signal, SignalName } from '../../core/signal/signal.ts';
import { askPrometheus, describeFailure } from './ask-prometheus.ts';
import { parseQueryAnswer, type QuerySample } from './parse-query.ts';
import type { SignalWindows } from './measured-query.ts';
import { signalQuery, trafficQuery, type SignalQuery } from './signal-query.ts';

export type PrometheusMetricsOptions = {
  /** `http://10.210.0.11:9090` */
  url: string;
  /** Windows of the signals; they must be those of the rules. */
  windows?: SignalWindows;
  /** An older newest sample makes the signal missing. Default 5. */
  staleAfterSeconds?: number;
  /** Default 2,000. */
  timeoutMs?: number;
};

/** Reads signals from Prometheus, all names at once. Whatever goes wrong is a `missing` signal with the reason. */
export function createPrometheusMetrics(options: PrometheusMetricsOptions): Metrics {
  return {
    readSignals: ({ app, service, names, replicas, now }, signal) =>
      Promise.all(
        names.map(async (name) => {
          const windows = options.windows === undefined ? {} : { windows: options.windows };
          const query = signalQuery({ name, app, service, replicas, ...windows });
          const reading = await readSignal(options, query, now, signal);
          return toSignal(name, query, reading, { staleAfter: options.staleAfterSeconds ?? 5, replicas });
        }),
      ),
    async readTraffic({ app, service, now }, signal) {
      const query = { ...trafficQuery(app, service), covered: null };
      const reading = await readSignal(options, query, now, signal);
      const staleAfter = options.staleAfterSeconds ?? 5;
      const read = toSignal('requestsPerSecond', query, reading, { staleAfter, replicas: 0 });
      return read.kind === 'missing'
        ? { kind: 'missing', reason: read.reason }
        : { kind: 'value', requests: read.value };
    },
  };
}

type Reading = { kind: 'samples'; samples: readonly QuerySample[] } | { kind: 'failed'; reason: string };

/** Everything in one question, told apart by a label. */
async function readSignal(
  { url, timeoutMs = 2_000 }: PrometheusMetricsOptions,
  query: SignalQuery,
  now: number,
  signal: AbortSignal | undefined,
): Promise<Reading> {
  const part = (text: string, name: string): string => `label_replace(${text}, "crane", "${name}", "", "")`;
  const parts = [part(query.value, 'value'), part(query.age, 'age')];
  if (query.covered !== null) parts.push(part(query.covered, 'covered'));
  try {
    const reply = await askPrometheus({
      url,
      path: '/api/v1/query',
      form: { query: parts.join(' or '), time: String(now / 1000) },
      timeoutMs,
      signal,
    });
    const answer = parseQueryAnswer(reply.body);
    if (answer === null)
      return { kind: 'failed', reason: `Prometheus answered ${reply.status} with something unreadable` };
    if (answer.kind === 'refused')
      return { kind: 'failed', reason: `Prometheus refused the query: ${answer.reason}` };
    return answer;
  } catch (error) {
    return { kind: 'failed', reason: `Prometheus: ${describeFailure(error, timeoutMs)}` };
  }
}

function toSignal(
  name: SignalName,
  { value: query, covered: isCovered }: SignalQuery,
  reading: Reading,
  { staleAfter, replicas }: { staleAfter: number; replicas: number },
): Signal {
  const missing = (reason: string): Signal => ({ kind: 'missing', name, reason, query });
  if (reading.kind === 'failed') return missing(reading.reason);
  const find = (part: string): number | undefined =>
    reading.samples.find((sample) => sample.labels['crane'] === part)?.value;
  const [value, age, covered] = [find('value'), find('age'), find('covered') ?? 0];
  if (value === undefined) return missing('nothing was measured: no samples in the window');
  if (!Number.isFinite(value)) return missing(`the value is not a number (${value})`);
  if (age === undefined || !Number.isFinite(age))
    return missing('stale: the target no longer answers scrapes');
  if (age > staleAfter) return missing(`stale: the newest sample is ${age.toFixed(1)} s old`);
  // The mean of some says nothing of all: a new instance is idle, but not measured for a second.
  if (isCovered !== null && covered < replicas)
    return missing(`only ${covered} of ${replicas} ready instances are measured`);
  return { kind: 'value', name, value, ageSeconds: Math.max(0, age), query };
}
