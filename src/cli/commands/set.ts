import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, append, isJson } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { renderDiff } from '../output/show-preview.ts';
import { writeJson } from '../output/terminal.ts';
import { parseSettings, settingNames } from '../input/parse-setting.ts';
import type { ChangeOptions } from '../run-change.ts';
import { showApp } from '../show-app.ts';

type Options = ChangeOptions & { unset?: string[]; dryRun?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('[service.name=value...]', `what to set; names are ${settingNames}`)
    .option('--unset <service.name>', 'a setting to take away; may be given several times', append)
    .option('--dry-run', 'show what would change, and do nothing')
    .option('--no-wait', 'print what was accepted and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane set shop-1 web.image=shop:2', 'a new release; only what differs is replaced, without a gap'],
    ['crane set shop-1 web.env.MODE=fast web.memory=256m', ''],
    ['crane set shop-1 web.min=2 web.max=6', 'bounds: no instance is replaced'],
    ['crane set shop-1 --unset web.env.MODE --dry-run', ''],
  ]).action(async (app: string, pairs: string[], options: Options) => set(context, app, pairs, options));
}

async function set(context: CliContext, ref: string, pairs: string[], options: Options): Promise<void> {
  if (pairs.length === 0 && options.unset === undefined)
    throw usageError('Nothing is to be set.', `Write SERVICE.NAME=VALUE; names are ${settingNames}.`);
  const { terminal, signal } = context;
  const api = connect(context);
  const patch = parseSettings(pairs, options.unset);
  const { app, operation, changes } = await api.delivery.patch(ref, patch, options.dryRun === true);
  if (isJson(options) && (operation === null || !options.wait))
    return writeJson(terminal.out, { app, operation, changes });
  if (operation === null) {
    terminal.out.write(renderDiff(terminal.out, changes));
    return;
  }
  if (!isJson(options)) terminal.err.write(renderDiff(terminal.err, changes));
  if (!options.wait) {
    terminal.out.write(`${operation.id}\n`);
    return;
  }
  await followOperation(api, operation, { lines: createProgressLines(terminal.err), signal });
  showApp(context, await api.app(app.uniqueName), { json: isJson(options) });
}
