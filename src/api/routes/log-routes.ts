import { z } from 'zod';
import { findApp } from '../../actions/find-app.ts';
import { readLogs, type LogInput } from '../../actions/read-logs.ts';
import { requireService } from '../../actions/restart-app.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { parseLogPosition, type LogPosition } from '../../core/service/log-position.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import { logLineSchema } from '../schema/platform-schema.ts';
import { queryFlag, queryNumber } from '../schema/query.ts';
import { sendEvents } from '../server-sent-events.ts';

/** A JSON array is made in memory; whoever wants everything takes the stream. */
const mostLines = 10_000;
const answerTimeoutMs = 20_000;

const query = z.strictObject({
  service: z.string().max(255).exactOptional(),
  follow: queryFlag.default(false),
  tail: queryNumber(0, 1_000_000)
    .exactOptional()
    .describe('Lines from the end of each instance; else all, and as JSON array 10000.'),
  sinceMs: queryNumber(0, Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .describe('Not before this time, in milliseconds since the epoch.'),
  untilMs: queryNumber(0, Number.MAX_SAFE_INTEGER)
    .exactOptional()
    .describe('Not after this time; without `follow`.'),
  after: z
    .string()
    .max(12_000)
    .exactOptional()
    .describe(
      'To go on after lines that were read: `web-1-1@1795536315624+2,…`, for each instance the time of its last line and how many lines of just that time were read.',
    ),
});

export function declareLogRoutes(app: ApiInstance, { deps, log, closing, streams }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/logs',
    exposeHeadRoute: false,
    schema: {
      tags: ['apps'],
      summary: 'Logs of all instances',
      description:
        'A JSON array; with `follow=true` or `Accept: text/event-stream` server-sent events, one line each, and an event `end` when the app is gone.',
      params: appParams,
      querystring: query,
      response: {
        200: {
          description: 'Lines',
          content: {
            'application/json': { schema: z.array(logLineSchema) },
            'text/event-stream': { schema: z.string() },
          },
        },
      },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { follow, tail, sinceMs, untilMs, after, ...rest } = request.query;
      const input: LogInput = {
        ...rest,
        app: request.params.app,
        follow,
        tail: tail ?? null,
        sinceMs: sinceMs ?? null,
        untilMs: untilMs ?? null,
        after: parsePositions(after ?? ''),
      };
      if (follow && input.untilMs !== null) throw endlessUntil();
      if (follow || request.headers.accept?.includes('text/event-stream') === true) {
        const found = findApp(deps, actor, input.app);
        if (input.service !== undefined) requireService(deps, found, input.service);
        return sendEvents(reply, { log, closing, streams }, async function* (signal) {
          for await (const line of readLogs(deps, actor, input, signal)) yield { data: line };
          // A server that closes ends the stream without this.
          if (!signal.aborted) yield { event: 'end', data: {} };
        });
      }
      const late = AbortSignal.timeout(answerTimeoutMs);
      const whole = { ...input, tail: tail ?? mostLines };
      const lines = [];
      for await (const line of readLogs(deps, actor, whole, AbortSignal.any([closing, late])))
        lines.push(line);
      if (late.aborted) throw tooLate();
      return reply.type('application/json').send(lines);
    },
  });
}

function parsePositions(text: string): Map<string, LogPosition> {
  const parts = text === '' ? [] : text.split(',');
  return new Map(
    parts.map((part) => {
      const parsed = parseLogPosition(part);
      if (parsed === null)
        throw new CraneError('input.invalid', {
          message: `after: ${JSON.stringify(part.slice(0, 80))} is no position in a log.`,
          fix: 'Write it as web-1-1@1795536315624+2.',
        });
      return [parsed.instance, parsed.position];
    }),
  );
}

function endlessUntil(): CraneError {
  return new CraneError('input.invalid', {
    message: 'untilMs and follow were given together.',
    fix: 'Leave one of them out.',
  });
}

function tooLate(): CraneError {
  return new CraneError('timed_out', {
    message: `The logs were not read within ${answerTimeoutMs / 1000} s.`,
    fix: 'Ask for fewer lines with tail, or for a stream with "Accept: text/event-stream".',
  });
}
