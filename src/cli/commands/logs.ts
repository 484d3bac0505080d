import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseDuration, parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine, escapeLogLine } from '../output/escape.ts';
import { writeJson, writeJsonLine, type Format, type Stream } from '../output/terminal.ts';
import type { LogLineView } from '../calls/views.ts';

type Options = FormatOptions & {
  follow?: boolean;
  tail?: string;
  since?: string;
  until?: string;
  timestamps?: boolean;
};

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('[service]', 'only this service')
    .option('-f, --follow', 'go on with what is written from now on; with JSON one document per line')
    .option('--tail <lines>', 'this many lines from the end of each instance, or all', 'all')
    .option('--since <time>', 'lines of the last 10m, 2h …, or since a date')
    .option('--until <time>', 'lines before 10m ago, or before a date; not with --follow')
    .option('-t, --timestamps', 'begin each line with its time');
  addExamples(addFormat(command), [
    ['crane logs shop-1 -f --tail 20', ''],
    ['crane logs shop-1 web --since 10m -t', ''],
  ]).action(async (app: string, service: string | undefined, options: Options) =>
    showLogs(context, app, service, options),
  );
}

/** `10m` ago or an ISO date, as milliseconds since the epoch. */
export function parseSince(text: string, now: number, option = '--since'): number {
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? now - parseDuration(text, option) : date;
}

async function showLogs(
  context: CliContext,
  app: string,
  service: string | undefined,
  options: Options,
): Promise<void> {
  const { terminal, signal } = context;
  const request = {
    service,
    follow: options.follow ?? false,
    tail:
      options.tail === undefined || options.tail === 'all'
        ? null
        : parseWhole(options.tail, '--tail', { min: 0, max: 1_000_000 }),
    sinceMs: options.since === undefined ? null : parseSince(options.since, Date.now()),
    untilMs: options.until === undefined ? null : parseSince(options.until, Date.now(), '--until'),
  };
  if (request.follow && request.untilMs !== null)
    throw usageError('--until and --follow were given together.', 'Leave one of them out.');
  const lines = connect(context).logs(app, request, signal);
  const kept: LogLineView[] = [];
  const print = createLogPrinter(terminal.out, options.timestamps ?? false);
  for await (const line of lines) {
    if (!isJson(options)) print(line);
    else if (request.follow) writeJsonLine(terminal.out, line);
    else kept.push(line);
  }
  if (isJson(options) && !request.follow) writeJson(terminal.out, kept);
}

const colours: readonly Format[] = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
];

/** Prints lines with the name of their instance before them, each in its own colour. */
export function createLogPrinter(out: Stream, hasTimestamps: boolean): (line: LogLineView) => void {
  const formats = new Map<string, Format>();
  const hasColours = out.paint('red', 'x') !== 'x';
  let width = 0;
  return ({ at, instance, text }) => {
    const name = escapeLine(instance);
    const format = formats.get(name) ?? colours[formats.size % colours.length] ?? 'cyan';
    formats.set(name, format);
    width = Math.max(width, name.length);
    const time = hasTimestamps ? `${at === null ? '–' : new Date(at).toISOString()} ` : '';
    out.write(
      `${out.paint(format, `${name.padEnd(width)} |`)} ${time}${escapeLogLine(text.replace(/\r?\n$/, ''), hasColours)}\n`,
    );
  };
}
