import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';

const answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('vector'),
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          value: z.tuple([z.number(), z.string()]),
        }),
      ),
    }),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

export type QuerySample = { labels: Readonly<Record<string, string>>; value: number };
export type QueryAnswer = { kind: 'samples'; samples: QuerySample[] } | { kind: 'refused'; reason: string };

/** Prometheus's answer to an instant query; null when it is none. `NaN` and infinities come through as such. */
export function parseQueryAnswer(body: string): QueryAnswer | null {
  const parsed = answer.safeParse(parseJson(body));
  if (!parsed.success) return null;
  if (parsed.data.status === 'error') return { kind: 'refused', reason: parsed.data.error };
  const samples = parsed.data.data.result.map(({ metric, value: [, text] }) => ({
    labels: metric,
    value: parseSampleValue(text),
  }));
  return { kind: 'samples', samples };
}

/** `+Inf` and `-Inf` are Go's words; an empty text is no number although JavaScript takes it for 0. */
export function parseSampleValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text.trim() === '' ? Number.NaN : Number(text);
}
