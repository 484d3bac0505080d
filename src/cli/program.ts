import { Command, CommanderError } from 'commander';
import { type CliError, exitCodes, toCliError, usageError } from './cli-error.ts';
import type { CommandEntry } from './catalogue/command-entry.ts';
import { commandTable } from './catalogue/command-table.ts';
import type { CliContext } from './context.ts';
import { printProblem } from './output/print-problem.ts';
import { version } from './version.ts';

const description = `Deploys, routes, measures, scales and heals apps on the Docker engine of this machine, and explains why.`;

const epilogue = `
Begin with:
  $ crane demo                    # see the whole loop in about a minute
  $ crane deploy -f compose.yaml  # deploy your own app

Environment: CRANE_URL (http://…, unix:/….sock) and CRANE_TOKEN choose another control plane; NO_COLOR turns colours off.
Exit codes: 0 ok, 1 failed, 2 usage, 3 refused by policy, 4 blocked by a scan, 5 timed out, 6 not reachable.`;

async function addCommand(
  program: Command,
  entry: CommandEntry,
  context: CliContext,
  isLoaded: boolean,
): Promise<void> {
  const command = program
    .command(entry.name, { hidden: entry.isHidden ?? false })
    .summary(entry.summary)
    .description(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`)
    .helpGroup(entry.group);
  if (entry.alias !== undefined) command.alias(entry.alias);
  if (isLoaded) (await entry.load()).declare(command, context);
}

function isCalled({ name, alias }: CommandEntry, word: string): boolean {
  return word === name || word === alias;
}

/** The tree of commands. Only the files of `names` are loaded; the others are known by name and summary. */
export async function createProgram(context: CliContext, names: 'all' | readonly string[]): Promise<Command> {
  const { out, err } = context.terminal;
  const program = new Command('crane')
    .description(description)
    .version(version, '-V, --version', 'print the version of the command line')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .commandsGroup('Other:')
    .showSuggestionAfterError()
    .addHelpText('after', epilogue)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHelpWidth: () => out.columns(),
      // Errors are printed in one place, below, as text or as a problem document.
      outputError: () => {},
    });
  for (const entry of commandTable) {
    const isMeant = names === 'all' || names.some((name) => isCalled(entry, name));
    await addCommand(program, entry, context, isMeant);
  }
  return program;
}

/** What comes after `--` belongs to another program. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end < 0 ? argv : argv.slice(0, end);
}

/** A command's own codes would be mistaken for Crane's. */
function exitCodeFor(argv: readonly string[], exitCode: number): number {
  const isPassed = commandTable.some(
    ({ name, passesExitCode }) => name === argv[0] && passesExitCode === true,
  );
  return isPassed && !passedCodes.includes(exitCode) ? exitCodes.notDone : exitCode;
}

/** 126, 127: the command could not be started; 130: Ctrl-C. */
const passedCodes: readonly number[] = [126, 127, exitCodes.interrupted];

/** Whether JSON is asked for, also where the rest of the line is wrong. */
function wantsJson(line: readonly string[]): boolean {
  const argv = ownWords(line);
  return (
    argv.includes('--json') || argv.includes('--format=json') || argv[argv.indexOf('--format') + 1] === 'json'
  );
}

/** How the command that was meant is called. */
function usageOf(program: Command, argv: readonly string[]): string {
  const name = argv.find((word) => !word.startsWith('-'));
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return 'crane --help lists all commands.';
  if (commandTable.some((entry) => entry.name === name && entry.passesExitCode === true))
    return `Put -- before the command that is to be run; crane ${command.name()} --help says more.`;
  return `Call it as: crane ${command.name()} ${command.usage()}; crane ${command.name()} --help says more.`;
}

function ofCommander(error: CommanderError, usage: string): CliError | null {
  if (error.exitCode === 0) return null;
  // Without a command commander prints the help and ends with an error of its own; the help says it all.
  if (error.code === 'commander.help') return null;
  const [message = '', ...suggestions] = error.message.replace(/^error: /, '').split('\n');
  const hint = suggestions.join(' ').replace(/^\(|\)$/g, '');
  return usageError(message, hint === '' ? usage : hint);
}

/** For a topic that is none commander would print the whole help. */
function refuseUnknownTopic([command, topic]: readonly string[]): void {
  if (command !== 'help' || topic === undefined || topic.startsWith('-')) return;
  if (topic === 'help' || commandTable.some((entry) => isCalled(entry, topic))) return;
  throw usageError(`unknown command '${topic}'`, 'crane help lists all commands.');
}

/** The rest of the line over the socket of who owns the machine, whoever is logged in. */
function asOwner(context: CliContext): CliContext {
  const { settings } = context;
  return { ...context, settings: { ...settings, url: settings.ownerUrl, token: () => null } };
}

/** Runs one command line. Resolves with the exit code; nothing is thrown. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const [first, second] = argv;
  if (first === 'break-glass' && second !== undefined && !second.startsWith('-'))
    return runCli(argv.slice(1), asOwner(context));
  let exitCode: number = exitCodes.ok;
  const inner: CliContext = { ...context, setExitCode: (code) => (exitCode = code) };
  let usage = '';
  try {
    refuseUnknownTopic(argv);
    const program = await createProgram(inner, argv);
    usage = usageOf(program, argv);
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    const error = thrown instanceof CommanderError ? ofCommander(thrown, usage) : toCliError(thrown);
    if (error === null)
      return thrown instanceof CommanderError
        ? thrown.exitCode === 0
          ? 0
          : exitCodeFor(argv, exitCodes.usage)
        : exitCodes.failed;
    printProblem(context.terminal.err, error, { json: wantsJson(argv) });
    return exitCodeFor(argv, error.exitCode);
  }
}
