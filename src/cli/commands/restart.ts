import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat } from '../options.ts';
import { runChange, type ChangeOptions } from '../run-change.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('[service]', 'only this service')
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane restart shop-1', 'every service, without losing requests'],
    ['crane restart shop-1 web', 'one service'],
  ]).action(async (app: string, service: string | undefined, options: ChangeOptions) =>
    runChange(context, app, options, async (api) => api.restart(app, service)),
  );
}
