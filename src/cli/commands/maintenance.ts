import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseSomeDuration } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions & { for?: string; reason?: string; end?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'the app')
    .option('--for <duration>', 'how long, as 1h; it ends by itself')
    .option('--reason <text>', 'why, for those who wonder')
    .option('--end', 'end it now');
  addExamples(addFormat(command), [
    ['crane maintenance shop-1 --for 1h --reason "new disks"', 'scaling holds, nobody is told'],
    ['crane maintenance shop-1 --end', ''],
  ]).action(async (app: string, options: Options) => {
    const api = connect(context).silences;
    const { out } = context.terminal;
    if (options.end === true) {
      await api.endMaintenance(app);
      if (isJson(options)) writeJson(out, { app, ended: true });
      else out.write(`maintenance of ${escapeLine(app)} is ended\n`);
      return;
    }
    if (options.for === undefined)
      throw usageError('Maintenance needs --for, or --end.', 'Write: crane maintenance shop-1 --for 1h');
    const forMs = parseSomeDuration(options.for, '--for');
    const made = await api.beginMaintenance(app, { forMs, reason: options.reason ?? '' });
    if (isJson(options)) return writeJson(out, made);
    out.write(`${escapeLine(app)} is in maintenance until ${new Date(made.until).toLocaleString('sv-SE')}\n`);
  });
}
