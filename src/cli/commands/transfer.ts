import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('<name>', 'of the person who owns it from now on');
  addExamples(addFormat(command), [
    ['crane transfer shop-1 bob', 'nothing restarts; you do not see it any more, unless a group shares it'],
  ]).action(async (ref: string, name: string, options: FormatOptions) => {
    const { out } = context.terminal;
    const { app, owner } = await connect(context).transfer(ref, name);
    if (isJson(options)) writeJson(out, { app, owner });
    else out.write(`${escapeLine(app)} is ${escapeLine(owner)}'s now.\n`);
  });
}
