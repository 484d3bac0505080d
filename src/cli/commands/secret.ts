import { Argument, type Command } from 'commander';
import { connect } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { writeJson } from '../output/terminal.ts';

export function declare(command: Command, context: CliContext): void {
  command.addArgument(new Argument('<action>', 'what to do').choices(['rotate-key']));
  addExamples(addFormat(command), [
    ['crane secret rotate-key', 'secrets are sealed anew; what runs is not touched'],
  ]).action(async (_action: string, options: FormatOptions) => {
    const done = await connect(context).admission.rotateKey();
    const { out } = context.terminal;
    if (isJson(options)) writeJson(out, done);
    else out.write(`A new key is in force; ${done.resealed} texts were sealed anew\n`);
  });
}
