import type { Command } from 'commander';
import { confirm } from '../input/confirm.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions & { yes?: boolean; volume?: string[] };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .option('--volume <name>', 'also remove this volume and what is in it; repeat for more', append)
    .option('-y, --yes', 'do not ask');
  addExamples(addFormat(command), [
    ['crane rm shop-1', 'volumes are kept'],
    ['crane rm shop-1 --volume data --yes', 'the volume data goes too'],
  ]).action(async (app: string, options: Options) => removeApp(context, app, options));
}

async function removeApp(context: CliContext, ref: string, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  const app = await api.app(ref);
  const volumes = options.volume ?? [];
  const what = volumes.length === 0 ? app.uniqueName : `${app.uniqueName} with ${volumes.join(', ')}`;
  await confirm(context, `Remove ${what}?`, options.yes ?? false);
  const { operation } = await api.remove(app.uniqueName, volumes);
  await followOperation(api, operation, { lines: createProgressLines(terminal.err), signal });
  if (isJson(options)) writeJson(terminal.out, { removed: app.uniqueName, volumes });
  else terminal.out.write(`${app.uniqueName} is gone\n`);
}
