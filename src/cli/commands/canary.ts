import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat } from '../options.ts';
import { readPercent } from '../input/read-percent.ts';
import { runChange, type ChangeOptions } from '../run-change.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('<percent>', 'of 100 requests, so many go to the canary', readPercent(0))
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane deploy --canary 10', 'begin one'],
    ['crane canary shop-1 50', 'half of the requests'],
  ]).action(async (app: string, weight: number, options: ChangeOptions) =>
    runChange(context, app, options, async (api) => api.weighCanary(app, weight)),
  );
}
