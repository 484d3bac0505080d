import { InvalidArgumentError, type Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson } from '../options.ts';
import { renderDiff } from '../output/show-preview.ts';
import { runChange, type ChangeOptions } from '../run-change.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('[release]', 'number of the release; else the newest earlier one that differs', readNumber)
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane rollback shop-1', 'undo the last change'],
    ['crane rollback shop-1 3', 'exactly release 3: images, environment, limits, routes'],
  ]).action(async (app: string, release: number | undefined, options: ChangeOptions) =>
    runChange(context, app, options, async (api) => {
      const accepted = await api.rollback(app, release);
      const { err } = context.terminal;
      if (!isJson(options)) err.write(renderDiff(err, accepted.changes));
      return accepted;
    }),
  );
}

function readNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('A release is a number, as crane history shows it.');
  return Number(text);
}
