import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { showApp } from '../show-app.ts';

export function declare(command: Command, context: CliContext): void {
  command.argument('<app>', 'unique name or id of an app');
  addExamples(addFormat(command), [
    ['crane pause shop-1', 'its deployment stops before its next step; old and new instances serve'],
    ['crane cancel op-0mgx1k2a9f3c5d7e1b', 'instead of resuming: back to the release of before'],
  ]).action(async (app: string, options: FormatOptions) => {
    const { app: paused } = await connect(context).pause(app);
    showApp(context, paused, { json: isJson(options) });
  });
}
