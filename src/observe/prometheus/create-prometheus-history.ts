import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Series, SeriesName } from '../../core/history/history.ts';
import type { MetricsHistory } from '../../core/port/metrics-history.ts';
import { askPrometheus, describeFailure } from './ask-prometheus.ts';
import { historyQuery } from './history-query.ts';

const matrix = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

/** Reads histories from Prometheus, one range query a name, all at once. */
export function createPrometheusHistory(options: { url: string; timeoutMs?: number }): MetricsHistory {
  const { url, timeoutMs = 5_000 } = options;
  const ask = async (
    query: string,
    plan: { from: number; to: number; stepMs: number },
    signal?: AbortSignal,
  ) => {
    const form = {
      query,
      start: String(plan.from / 1000),
      end: String(plan.to / 1000),
      step: String(plan.stepMs / 1000),
    };
    const reply = await askPrometheus({ url, path: '/api/v1/query_range', form, timeoutMs, signal }).catch(
      (error: unknown) => {
        throw unavailable(describeFailure(error, timeoutMs), error);
      },
    );
    const parsed = matrix.safeParse(parseJson(reply.body));
    if (!parsed.success) throw unavailable(`it answered ${reply.status} with something unreadable`);
    return parsed.data.data.result;
  };
  return {
    async read({ app, names, plan }, signal) {
      const answers = await Promise.all(
        names.map(async (name) => ({
          name,
          lines: await ask(historyQuery(name, app, plan.stepMs), plan, signal),
        })),
      );
      const series = answers.flatMap(({ name, lines }) =>
        lines.map(({ metric, values }) => toSeries(name, metric['service'] ?? '', values, plan.times)),
      );
      return { ...plan, series: series.sort((a, b) => (a.service < b.service ? -1 : 1)) };
    },
  };
}

function toSeries(name: SeriesName, service: string, values: [number, string][], times: number[]): Series {
  const known = new Map(values.map(([at, text]) => [Math.round(at * 1000), Number(text)]));
  return {
    service,
    name,
    values: times.map((time) => {
      const value = known.get(time);
      return value === undefined || !Number.isFinite(value) ? null : value;
    }),
  };
}

function unavailable(why: string, cause?: unknown): CraneError {
  return new CraneError(
    'part.unavailable',
    {
      message: `The history cannot be read from Prometheus: ${why}.`,
      fix: 'Look at the parts with: crane status',
    },
    { cause },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
