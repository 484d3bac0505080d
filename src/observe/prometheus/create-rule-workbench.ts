import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { RuleWorkbench } from '../../core/port/metrics.ts';
import { askPrometheus, describeFailure } from './ask-prometheus.ts';
import { hasMatcher, hasSelector } from './force-label.ts';
import { parseReloadRefusal } from './parse-refusal.ts';
import { ownerExpr } from './render-owner-rules.ts';
import type { SignalWindows } from './measured-query.ts';

type Options = { url: string; windows?: SignalWindows; /** Default 5,000. */ timeoutMs?: number };

const parsedAnswer = z.object({ status: z.literal('success'), data: z.unknown() });
const matrixAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

/** Has Prometheus itself parse and evaluate a rule before it is taken into the set. */
export function createRuleWorkbench(options: Options): RuleWorkbench {
  return {
    async compile(app, rule, signal) {
      const expr = ownerExpr(app, rule, options.windows);
      const body = await ask(options, '/api/v1/parse_query', { query: expr }, signal);
      const parsed = parsedAnswer.safeParse(parseJson(body));
      if (!parsed.success) throw unreadable('something else');
      // The writing of the matcher is not trusted: what the parser made of it is looked at.
      if (!hasMatcher(parsed.data.data, { name: 'app', value: app }) || !hasSelector(parsed.data.data))
        throw refused('must be about series of the app: every selector is held to it, and there must be one');
      await ask(options, '/api/v1/query', { query: expr }, signal);
      return expr;
    },
    async preview(expr, { from, to, stepMs }, signal) {
      const [start = '', end = '', step = ''] = [from, to, stepMs].map((ms) => String(ms / 1000));
      const body = await ask(options, '/api/v1/query_range', { query: expr, start, end, step }, signal);
      const parsed = matrixAnswer.safeParse(parseJson(body));
      if (!parsed.success) throw unreadable('something else');
      const found = new Map<number, { series: number; value: number | null }>();
      for (const { values } of parsed.data.data.result)
        for (const [at, text] of values) {
          const known = found.get(Math.round(at * 1000))?.series ?? 0;
          const value = Number(text);
          found.set(Math.round(at * 1000), {
            series: known + 1,
            value: Number.isFinite(value) ? value : null,
          });
        }
      return Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, index) => {
        const at = from + index * stepMs;
        return { at, ...(found.get(at) ?? { series: 0, value: null }) };
      });
    },
  };
}

/** Its words for what it does not take are the owner's to read. */
async function ask(
  { url, timeoutMs = 5_000 }: Options,
  path: string,
  form: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<string> {
  let reply;
  try {
    reply = await askPrometheus({ url, path, form, timeoutMs, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(describeFailure(error, timeoutMs), error);
  }
  if (reply.status === 200) return reply.body;
  if (reply.status === 400 || reply.status === 422)
    throw refused(`is refused by Prometheus: ${parseReloadRefusal(reply.body)}`);
  throw unreadable(`status ${reply.status}`);
}

function refused(message: string): CraneError {
  return new CraneError('input.invalid', {
    message: `The rule cannot be used: expr ${message}.`,
    fix: 'Write an expression that gives a series while the alert should fire, as in rate(errors_total[1m]) > 5.',
    errors: [{ pointer: '/expr', message }],
  });
}

function unreadable(why: string, cause?: unknown): CraneError {
  return new CraneError(
    'part.unavailable',
    { message: `Prometheus could not check the rule: ${why}.`, fix: 'Look at `crane status`.' },
    { cause },
  );
}
