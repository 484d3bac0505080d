import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';
import type { UserView } from '../views.ts';

type Options = FormatOptions & { setupToken?: string; token?: string; name?: string; url?: string };

export function declare(command: Command, context: CliContext): void {
  command
    .option('--setup-token <token>', 'the one-time token of a new control plane: makes you its first admin')
    .option('--token <token>', 'a token you were given, crane_…; - reads it from stdin')
    .option('--name <name>', 'with --setup-token: your name there (your name on this machine)')
    .option('--url <url>', 'address of the control plane (CRANE_URL, else the one used last)');
  addExamples(addFormat(command), [
    ['crane login --setup-token TOKEN', 'crane up does this by itself on this machine'],
    ['crane login --token - < token.txt', ''],
  ]).action(async (options: Options) => login(context, options));
}

async function login(context: CliContext, options: Options): Promise<void> {
  const { terminal, settings } = context;
  const url = options.url ?? settings.url();
  if ((options.setupToken === undefined) === (options.token === undefined)) {
    throw usageError(
      'Either --setup-token or --token is needed.',
      'crane up prints where the setup token is.',
    );
  }
  const { token, user } =
    options.setupToken === undefined
      ? await logIn(context, url, options.token ?? '')
      : await setUp(context, url, options);
  settings.saveLogin(url, { token, user: user.name });
  if (isJson(options)) writeJson(terminal.out, { url, user: user.name, role: user.role });
  else
    terminal.out.write(
      `Logged in to ${escapeLine(url)} as ${escapeLine(user.name)} (${escapeLine(user.role)}).\n`,
    );
}

async function setUp(
  context: CliContext,
  url: string,
  options: Options,
): Promise<{ token: string; user: UserView }> {
  const api = connect(context, { url, token: null });
  return api.setUp({ setupToken: options.setupToken ?? '', name: options.name ?? context.settings.userName });
}

async function logIn(
  context: CliContext,
  url: string,
  text: string,
): Promise<{ token: string; user: UserView }> {
  const token = (text === '-' ? await readStdin() : text).trim();
  if (token === '')
    throw usageError('The token is empty.', 'Give the token you got, crane_…, or - to read it from stdin.');
  return { token, user: await connect(context, { url, token }).me() };
}

async function readStdin(): Promise<string> {
  let text = '';
  for await (const part of process.stdin) text += String(part);
  return text;
}
