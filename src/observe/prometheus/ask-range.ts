import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import { parseJson } from '../../core/json/parse-json.ts';
import { askPrometheus, describeFailure } from './ask-prometheus.ts';
import { parseSampleValue } from './parse-query.ts';

const answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          values: z.array(z.tuple([z.number(), z.string()])),
        }),
      ),
    }),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

/** A line of an answer: its labels, and its finite values by time in ms since the epoch. */
export type RangeLine = { labels: Readonly<Record<string, string>>; values: ReadonlyMap<number, number> };

/**
 * What a query gave at each step (ms) from `from` to `to` (ms since the epoch). Throws `part.unavailable`, with `what` as the
 * subject of its sentence, and whatever `signal` aborts with.
 */
export async function askRange({
  url,
  query,
  from,
  to,
  stepMs,
  timeoutMs,
  what,
  signal,
}: {
  url: string;
  query: string;
  from: number;
  to: number;
  stepMs: number;
  timeoutMs: number;
  what: string;
  signal: AbortSignal | undefined;
}): Promise<RangeLine[]> {
  const unreadable = (why: string, cause?: unknown): CraneError =>
    new CraneError(
      'part.unavailable',
      { message: `${what} could not be read: ${why}.`, fix: 'Look at `crane status`.' },
      { cause },
    );
  const form = { query, start: String(from / 1000), end: String(to / 1000), step: String(stepMs / 1000) };
  let body;
  try {
    ({ body } = await askPrometheus({ url, path: '/api/v1/query_range', form, timeoutMs, signal }));
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(`Prometheus: ${describeFailure(error, timeoutMs)}`, error);
  }
  const parsed = answer.safeParse(parseJson(body));
  if (!parsed.success) throw unreadable('Prometheus answered with something else');
  if (parsed.data.status === 'error') throw unreadable(`Prometheus refused the query (${parsed.data.error})`);
  return parsed.data.data.result.map(({ metric, values }) => ({
    labels: metric,
    values: new Map(
      values.flatMap(([at, text]) => {
        const value = parseSampleValue(text);
        return Number.isFinite(value) ? [[Math.round(at * 1000), value] as const] : [];
      }),
    ),
  }));
}
