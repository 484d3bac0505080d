import { hostname } from 'node:os';
import type { Command } from 'commander';
import { askNewPassword, askPassword, askText } from '../input/ask-password.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';
import type { UserView } from '../calls/views.ts';

type Options = FormatOptions & {
  setupToken?: string;
  token?: string;
  name?: string;
  url?: string;
  register?: string | true;
  passwordStdin?: boolean;
  code?: string;
};
type LoggedIn = { token: string; user: UserView };

/** So long a login by password is good on this machine. */
const validSeconds = 30 * 86_400;

export function declare(command: Command, context: CliContext): void {
  command
    .argument('[name]', 'log in with the password of this name')
    .option('--password-stdin', 'take the password from stdin')
    .option('--code <code>', 'of the second factor, where nobody can be asked; or a recovery code')
    .option('--register [invitation]', 'make an account of this name first; with the code of an invitation')
    .option('--setup-token <token>', 'the one-time token of a new control plane: makes you its first admin')
    .option('--token <token>', 'a token you were given, crane_…; - reads it from stdin')
    .option('--name <name>', 'with --setup-token: your name there (your name on this machine)')
    .option('--url <url>', 'address of the control plane (CRANE_URL, else the one used last)');
  addExamples(addFormat(command), [
    ['crane login --setup-token TOKEN', 'crane up does this by itself on this machine'],
    ['crane login bob', 'asks for the password; the login is good for 30 days'],
    ['crane login bob --register crane_invite_CODE', 'an account by invitation'],
    ['crane login --token - < token.txt', ''],
  ]).action(async (name: string | undefined, options: Options) => login(context, name, options));
}

async function login(context: CliContext, name: string | undefined, options: Options): Promise<void> {
  const { terminal, settings } = context;
  const url = options.url ?? settings.url();
  const ways = [name, options.setupToken, options.token].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw usageError(
      'One of a name, --token or --setup-token is needed.',
      'crane login NAME asks for the password; crane up prints where the setup token is.',
    );
  }
  const { token, user } = await getIn(context, { url, name, options });
  settings.saveLogin(url, { token, user: user.name });
  if (isJson(options)) writeJson(terminal.out, { url, user: user.name, role: user.role });
  else
    terminal.out.write(
      `Logged in to ${escapeLine(url)} as ${escapeLine(user.name)} (${escapeLine(user.role)}).\n`,
    );
}

async function getIn(
  context: CliContext,
  { url, name, options }: { url: string; name: string | undefined; options: Options },
): Promise<LoggedIn> {
  if (name !== undefined) return byPassword(context, { url, name, options });
  return options.setupToken === undefined
    ? logIn(context, url, options.token ?? '')
    : setUp(context, url, options);
}

/** The password opens a short login, by which a token of this machine is made. */
async function byPassword(
  context: CliContext,
  { url, name, options }: { url: string; name: string; options: Options },
): Promise<LoggedIn> {
  const stranger = connect(context, { url, token: null });
  const isFromStdin = options.passwordStdin === true;
  const isNew = options.register !== undefined;
  const password = isNew
    ? await askNewPassword(context, isFromStdin)
    : await askPassword(context, `Password of ${escapeLine(name)}`, isFromStdin);
  if (isNew)
    await stranger.people.register({
      name,
      password,
      ...(typeof options.register === 'string' ? { invitation: options.register } : {}),
    });
  const { accessToken, user } = await withCode(context, options, (code) =>
    stranger.people.logIn({ name, password, ...code }),
  );
  const short = connect(context, { url, token: accessToken });
  const { secret } = await short.createToken({
    name: `crane login on ${hostname()}`.slice(0, 60),
    expiresInSeconds: validSeconds,
  });
  const own = (await short.people.logins()).find((login) => login.isCurrent);
  if (own !== undefined) await short.people.endLogin(own.id);
  return { token: secret, user };
}

/** Asks for a code when the control plane does. */
async function withCode<T>(
  context: CliContext,
  { code }: Options,
  attempt: (code: { code?: string }) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(code === undefined ? {} : { code });
  } catch (error) {
    const isAsked = error instanceof CliError && error.problem.code === 'auth.code_needed';
    if (!isAsked || code !== undefined) throw error;
    return attempt({ code: await askText(context, 'Code of the second factor', '--code') });
  }
}

async function setUp(context: CliContext, url: string, options: Options): Promise<LoggedIn> {
  const api = connect(context, { url, token: null });
  return api.setUp({ setupToken: options.setupToken ?? '', name: options.name ?? context.settings.userName });
}

async function logIn(context: CliContext, url: string, text: string): Promise<LoggedIn> {
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
