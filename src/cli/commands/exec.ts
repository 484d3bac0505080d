import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../input/duration.ts';
import { parseInstanceRef } from '../input/instance-ref.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { writeJson } from '../output/terminal.ts';
import { createCollector, runSession, type SessionStart } from '../run-session.ts';

export type SessionOptions = FormatOptions & {
  tty?: boolean;
  interactive?: boolean;
  env?: string[];
  workdir?: string;
  user?: string;
};
type Options = SessionOptions & { instance?: string };

/** Options that `exec` and `run` share. */
export function addSessionOptions(command: Command): Command {
  return command
    .option('-T, --no-tty', 'no terminal for the command; the default where this is none')
    .option('-i, --interactive', 'pass the input on; always so')
    .option('-t, --tty', 'a terminal, where this is one; always so')
    .option('-e, --env <KEY=VALUE>', 'set a variable; KEY alone takes its value from here', append)
    .option('-w, --workdir <dir>', 'start in this folder')
    .option('-u, --user <user>', 'run as this user or uid[:gid]');
}

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, and a service of it where it has several')
    .argument('<command...>', 'the program and its arguments; put -- before it')
    .option('--instance <slot>', 'in this instance; default: the lowest that runs');
  addExamples(addFormat(addSessionOptions(command)), [
    ['crane exec shop-1/web -- sh', 'a shell'],
    ['crane exec shop-1/db --instance 1 -u postgres -- psql -c "select 1"', ''],
    ['cat dump.sql | crane exec shop-1/db -- psql', 'through a pipe'],
    ['crane exec shop-1 --json -- env', 'exit code and output as one document'],
  ])
    .addHelpText(
      'after',
      "\nExits with the command's own code; 127: there is no such command, 126: it cannot be started, 125: Crane could not do it.",
    )
    .action(async (target: string, words: string[], options: Options) =>
      exec(context, target, words, options),
    );
}

async function exec(context: CliContext, target: string, command: string[], options: Options): Promise<void> {
  const { app, service } = parseInstanceRef(target);
  const slot =
    options.instance === undefined
      ? null
      : parseWhole(options.instance, '--instance', { min: 1, max: 1_000_000 });
  const start = sessionStart(context, command, options);
  await runAndExit(context, options, start, (signal) =>
    connect(context).exec(app, { service, slot }, signal),
  );
}

/** What the server is told; a terminal only where both ends of this one are. */
export function sessionStart(
  { raw, settings }: CliContext,
  command: readonly string[],
  options: SessionOptions,
): SessionStart {
  return {
    command,
    tty: options.tty !== false && raw.isInputTty && raw.isOutputTty && !isJson(options),
    stdin: true,
    environment: parseEnvironment(options.env ?? [], (name) => settings.variables([name])[name]),
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.workdir === undefined ? {} : { workingDir: options.workdir }),
  };
}

/** `KEY=VALUE`, or `KEY` for the value it has here; one that has none is left out, as docker does. */
export function parseEnvironment(
  lines: readonly string[],
  valueOf: (name: string) => string | undefined,
): Record<string, string> {
  const pairs = lines.map((line) => {
    const at = line.indexOf('=');
    const name = at < 0 ? line : line.slice(0, at);
    if (name === '') throw usageError(`-e "${line}" names no variable.`, 'Write it as KEY=VALUE, or as KEY.');
    return [name, at < 0 ? valueOf(name) : line.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Runs it with this terminal, or collects its output for JSON, and exits as it did. */
export async function runAndExit(
  context: CliContext,
  options: FormatOptions,
  start: SessionStart,
  open: Parameters<typeof runSession>[1],
): Promise<void> {
  if (!isJson(options)) {
    const { exitCode } = await runSession(context, open, { start, sink: context.raw.write });
    context.setExitCode(exitCode);
    return;
  }
  const collector = createCollector();
  const result = await runSession(context, open, { start, sink: collector.take });
  writeJson(context.terminal.out, { ...result, ...collector.texts() });
  context.setExitCode(result.exitCode);
}
