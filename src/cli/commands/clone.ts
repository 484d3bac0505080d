import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, isJson } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import type { ChangeOptions } from '../run-change.ts';
import { showApp } from '../show-app.ts';

type Options = ChangeOptions & { name?: string; withSecrets?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of the original')
    .option('--name <name>', 'name of the new app; else that of the original')
    .option('--with-secrets', 'copy the values of secrets that came from the environment too')
    .option('--no-wait', 'print what was accepted and do not wait');
  addExamples(addFormat(command), [
    ['crane clone shop-1', 'shop-2: own hosts, networks and empty volumes'],
    ['crane clone shop-1 --name staging', ''],
  ]).action(async (app: string, options: Options) => cloneApp(context, app, options));
}

async function cloneApp(context: CliContext, app: string, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  const { app: made, operation } = await api.clone(app, {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.withSecrets === true ? { withSecrets: true } : {}),
  });
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { ...made, operation });
    else terminal.out.write(`${made.uniqueName}\n`);
    return;
  }
  await followOperation(api, operation, { lines: createProgressLines(terminal.err), signal });
  showApp(context, await api.app(made.uniqueName), { json: isJson(options) });
}
