import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { parseSince } from './logs.ts';
import { renderFeedEvent } from '../output/feed-line.ts';
import { writeJsonLine } from '../output/terminal.ts';

type Options = FormatOptions & { app?: string; all?: boolean; since?: string; follow: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .option('--app <app>', 'only events of this app')
    .option('--all', 'begin with the oldest event that is kept, not with the next one')
    .option('--since <time>', 'begin with what happened in the last 10m, 2h …, or since a date')
    .option('-f, --follow', 'go on with what happens; always so, unless', true)
    .option('--no-follow', 'end after what has happened');
  addExamples(addFormat(command), [
    ['crane events', 'what happens from now on, until Ctrl-C'],
    ['crane events --since 1h --no-follow', 'what happened in the last hour'],
    ['crane events --all --app shop-1 --json', 'one document per line'],
  ]).action(async (options: Options) => showEvents(context, options));
}

async function showEvents(context: CliContext, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  // By its id: the events of before it was renamed are its own too.
  const app = options.app === undefined ? null : (await api.app(options.app)).id;
  const sinceMs = options.since === undefined ? null : parseSince(options.since, Date.now());
  const isFromBegin = options.all === true || (sinceMs === null && !options.follow);
  const more = { sinceMs, isEndless: options.follow };
  for await (const event of api.feed(isFromBegin ? 0 : null, signal, more)) {
    if (app !== null && event.appId !== app) continue;
    if (isJson(options)) writeJsonLine(terminal.out, event);
    else terminal.out.write(`${renderFeedEvent(terminal.out, event)}\n`);
  }
}
