import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import { runVerb } from '../platform/run-verb.ts';

export function declare(command: Command, context: CliContext): void {
  command.option('--examples', 'also the image that the example apps run');
  addExamples(addFormat(command), [
    ['crane prepare', 'the tests do this first'],
    ['crane prepare --examples', 'before an app of examples/ is deployed'],
  ]).action(async (options: FormatOptions & { examples?: boolean }) => {
    const { terminal } = context;
    const lines = createProgressLines(terminal.err);
    try {
      const result = await runVerb(
        context,
        ['prepare', ...(options.examples === true ? ['--examples'] : [])],
        (progress) => lines.show(progress),
      );
      if (isJson(options)) writeJson(terminal.out, result);
    } finally {
      lines.end();
    }
  });
}
