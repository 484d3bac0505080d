import type { Command } from 'commander';
import { connect } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderFeedEvent } from '../output/feed-line.ts';

type Options = FormatOptions & { app?: string; all?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .option('--app <app>', 'only events of this app')
    .option('--all', 'begin with the oldest event that is kept, not with the next one');
  addExamples(addFormat(command), [
    ['crane events', 'what happens from now on, until Ctrl-C'],
    ['crane events --all --app shop-1 --json', 'one document per line'],
  ]).action(async (options: Options) => showEvents(context, options));
}

async function showEvents(context: CliContext, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  const app = options.app === undefined ? null : (await api.app(options.app)).uniqueName;
  for await (const event of api.feed(options.all === true ? 0 : null, signal)) {
    if (app !== null && event.app !== app) continue;
    terminal.out.write(
      isJson(options) ? `${JSON.stringify(event)}\n` : `${renderFeedEvent(terminal.out, event)}\n`,
    );
  }
}
