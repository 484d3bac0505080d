import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat } from '../options.ts';
import { runChange, type ChangeOptions } from '../run-change.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [['crane resume shop-1', 'its paused deployment goes on']]).action(
    async (app: string, options: ChangeOptions) =>
      runChange(context, app, options, async (api) => api.resume(app)),
  );
}
