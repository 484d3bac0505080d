import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import type { SignalHistory, SignalSeries } from '../../core/port/metrics.ts';
import type { SignalName } from '../../core/signal/signal.ts';
import { askPrometheus, describeFailure } from './ask-prometheus.ts';
import { jobs } from './job-names.ts';
import type { SignalWindows } from './measured-query.ts';
import { renderMatchers } from './promql.ts';
import { signalQuery } from './signal-query.ts';

type Options = { url: string; windows?: SignalWindows; /** Default 10,000. */ timeoutMs?: number };

const answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
    }),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

/** Reads what Prometheus kept of signals, by the formulas of the live ones. */
export function createPrometheusRecordings(options: Options): SignalHistory {
  return {
    readSeries: ({ names, from, to, stepMs, ...of }, signal) =>
      Promise.all(
        names.map(async (name): Promise<SignalSeries> => {
          const values = await readRange(
            options,
            { query: totalQuery(options, name, of), from, to, stepMs },
            signal,
          );
          const points = Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, index) => {
            const at = from + index * stepMs;
            return { at, value: values.get(at) ?? null };
          });
          return { name, points };
        }),
      ),
  };
}

/** What replicas share, of all of them together; a mean over instances times their number. */
function totalQuery(
  { windows }: Options,
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

async function readRange(
  { url, timeoutMs = 10_000 }: Options,
  { query, from, to, stepMs }: { query: string; from: number; to: number; stepMs: number },
  signal: AbortSignal | undefined,
): Promise<Map<number, number>> {
  const unreadable = (why: string, cause?: unknown): CraneError =>
    new CraneError(
      'part.unavailable',
      { message: `The recorded signals could not be read: ${why}.`, fix: 'Look at `crane status`.' },
      { cause },
    );
  const [start, end, step] = [from, to, stepMs].map((ms) => String(ms / 1000));
  let body;
  try {
    const form = { query, start: start ?? '', end: end ?? '', step: step ?? '' };
    ({ body } = await askPrometheus({ url, path: '/api/v1/query_range', form, timeoutMs, signal }));
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(`Prometheus: ${describeFailure(error, timeoutMs)}`, error);
  }
  const parsed = answer.safeParse(parseJson(body));
  if (!parsed.success) throw unreadable('Prometheus answered with something else');
  if (parsed.data.status === 'error') throw unreadable(`Prometheus refused the query (${parsed.data.error})`);
  const values = parsed.data.data.result[0]?.values ?? [];
  return new Map(
    values.flatMap(([at, text]) => {
      const value = Number(text);
      return text.trim() !== '' && Number.isFinite(value) ? [[Math.round(at * 1000), value] as const] : [];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
