import type { Command } from 'commander';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function renderTable(heading: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  return `\n| ${heading} | |\n| --- | --- |\n${rows.map(([name, text]) => `| \`${cell(name)}\` | ${cell(text)} |\n`).join('')}`;
}

/** The examples as they stand under the help of the command. */
function examplesOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const [, examples = ''] = text.split('\nExamples:\n');
  return examples.trimEnd().replaceAll(/^ {2}/gm, '');
}

function renderCommand(command: Command): string {
  const help = command.createHelp();
  const args = help
    .visibleArguments(command)
    .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)] as const);
  const options = help
    .visibleOptions(command)
    .filter((option) => option.long !== '--help')
    .map((option) => [help.optionTerm(option), help.optionDescription(option)] as const);
  const examples = examplesOf(command);
  return [
    `### crane ${command.name()}\n\n${command.description()}\n\n    ${help.commandUsage(command)}\n`,
    renderTable('Argument', args),
    renderTable('Option', options),
    examples === '' ? '' : `\n\`\`\`sh\n${examples}\n\`\`\`\n`,
  ].join('');
}

/** The reference of the command line as Markdown, from the tree of commands; the file `docs/cli.md` is this text. */
export function renderReference(program: Command): string {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help');
  const groups = Map.groupBy(commands, (command) => command.helpGroup());
  const sections = Array.from(
    groups,
    ([group, members]) => `## ${(group ?? '').replace(/:$/, '')}\n\n${members.map(renderCommand).join('\n')}`,
  );
  return `# Command line

Generated from the commands themselves by \`crane reference > docs/cli.md\`; do not edit.

${program.description()}

Results go to stdout, progress and errors to stderr. \`--json\` gives one JSON document; with \`--follow\` one per line.
Exit codes: 0 ok, 1 failed, 2 usage, 3 refused by policy, 4 blocked by a scan, 5 timed out, 6 not reachable, 130 interrupted.

| Variable | |
| --- | --- |
| \`CRANE_URL\` | address of the control plane |
| \`CRANE_TOKEN\` | token to use in place of the stored one |
| \`CRANE_DATA\` | data directory; the credentials are then kept in it |
| \`COMPOSE_FILE\`, \`COMPOSE_PROFILES\`, \`COMPOSE_ENV_FILES\` | as in Compose |
| \`NO_COLOR\` | no colours |

${sections.join('\n')}`;
}
