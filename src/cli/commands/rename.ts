import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, isJson } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import type { ChangeOptions } from '../run-change.ts';
import { showApp } from '../show-app.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('<name>', 'its new name, without the id')
    .option('--no-wait', 'print the new unique name and do not wait until the router serves it');
  addExamples(addFormat(command), [
    ['crane rename shop-1 store', 'store-1: other hosts; instances and volumes stay as they are'],
  ]).action(async (app: string, name: string, options: ChangeOptions) =>
    renameApp(context, app, name, options),
  );
}

async function renameApp(
  context: CliContext,
  ref: string,
  name: string,
  options: ChangeOptions,
): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  const { app, operation } = await api.rename(ref, name);
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { ...app, operation });
    else terminal.out.write(`${app.uniqueName}\n`);
    return;
  }
  await followOperation(api, operation, { lines: createProgressLines(terminal.err), signal });
  showApp(context, await api.app(app.uniqueName), { json: isJson(options) });
}
