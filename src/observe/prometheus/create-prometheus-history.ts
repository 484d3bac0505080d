import type { Series, SeriesName } from '../../core/history/history.ts';
import type { MetricsHistory } from '../../core/port/metrics-history.ts';
import { askRange, type RangeLine } from './ask-range.ts';
import { historyQuery } from './history-query.ts';

/** Reads histories from Prometheus, one range query a name, all at once. */
export function createPrometheusHistory({
  url,
  timeoutMs = 5_000,
}: {
  url: string;
  timeoutMs?: number;
}): MetricsHistory {
  return {
    async read({ app, names, plan }, signal) {
      const { from, to, stepMs, times } = plan;
      const range = { url, from, to, stepMs, timeoutMs, what: 'The history', signal };
      const answers = await Promise.all(
        names.map(async (name) => {
          const lines = await askRange({ ...range, query: historyQuery(name, app, stepMs) });
          return lines.map((line) => toSeries(name, line, times));
        }),
      );
      return { ...plan, series: answers.flat().sort((a, b) => (a.service < b.service ? -1 : 1)) };
    },
  };
}

function toSeries(name: SeriesName, { labels, values }: RangeLine, times: readonly number[]): Series {
  return {
    service: labels['service'] ?? '',
    name,
    values: times.map((time) => values.get(time) ?? null),
  };
}
