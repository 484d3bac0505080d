import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import { runVerb } from '../platform/run-verb.ts';

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(command), [['crane prepare', 'the tests do this first']]).action(
    async (options: FormatOptions) => {
      const { terminal } = context;
      const lines = createProgressLines(terminal.err);
      try {
        const result = await runVerb(context, ['prepare'], (progress) => lines.show(progress));
        if (isJson(options)) writeJson(terminal.out, result);
      } finally {
        lines.end();
      }
    },
  );
}
