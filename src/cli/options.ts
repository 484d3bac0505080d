import { Option, type Command } from 'commander';

export type FormatOptions = { json?: boolean; format?: 'table' | 'json' };

/** `--json` and `--format`, as every command has them. */
export function addFormat(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout; short for --format json')
    .addOption(
      new Option('--format <format>', 'how to print the result').choices(['table', 'json']).default('table'),
    );
}

export function isJson(options: FormatOptions): boolean {
  return options.json === true || options.format === 'json';
}

/** Examples under the help of a command. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, text: string])[],
): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, text]) =>
    text === '' ? `  $ ${line}` : `  $ ${line.padEnd(width)}  # ${text}`,
  );
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** For options that may be given several times. */
export function append(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
