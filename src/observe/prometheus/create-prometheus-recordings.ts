import type { SignalHistory, SignalSeries } from '../../core/port/metrics.ts';
import type { SignalName } from '../../core/signal/signal.ts';
import { askRange } from './ask-range.ts';
import { jobs } from './job-names.ts';
import type { SignalWindows } from './measured-query.ts';
import { renderMatchers } from './promql.ts';
import { signalQuery } from './signal-query.ts';

type Options = { url: string; windows?: SignalWindows; /** Default 10,000. */ timeoutMs?: number };

/** Reads what Prometheus kept of signals, by the formulas of the live ones. */
export function createPrometheusRecordings({ url, windows, timeoutMs = 10_000 }: Options): SignalHistory {
  return {
    readSeries: ({ names, from, to, stepMs, ...of }, signal) =>
      Promise.all(
        names.map(async (name): Promise<SignalSeries> => {
          const [line] = await askRange({
            url,
            query: totalQuery(windows, name, of),
            from,
            to,
            stepMs,
            timeoutMs,
            what: 'The recorded signals',
            signal,
          });
          const points = Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, index) => {
            const at = from + index * stepMs;
            return { at, value: line?.values.get(at) ?? null };
          });
          return { name, points };
        }),
      ),
  };
}

/** What replicas share, of all of them together; a mean over instances times their number. */
function totalQuery(
  windows: SignalWindows | undefined,
  name: SignalName,
  { app, service }: { app: string; service: string },
): string {
  const query = signalQuery({
    name,
    app,
    service,
    replicas: 1,
    ...(windows === undefined ? {} : { windows }),
  });
  if (query.covered === null) return query.value;
  const ready = renderMatchers({ job: jobs.crane, state: 'ready', app, service });
  return `(${query.value}) * on () max(crane_service_replicas{${ready}})`;
}
