import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(command), [['crane logout', 'the token itself stays valid until it expires']]).action(
    (options: FormatOptions) => {
      const { terminal, settings } = context;
      const url = settings.url();
      const wasLoggedIn = settings.forgetLogin(url);
      if (isJson(options)) return writeJson(terminal.out, { url, wasLoggedIn });
      terminal.out.write(
        wasLoggedIn ? `Logged out of ${escapeLine(url)}.\n` : `Nobody was logged in to ${escapeLine(url)}.\n`,
      );
    },
  );
}
