import { Argument, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { askPassword, askText } from '../input/ask-password.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderPairs } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions & { passwordStdin?: boolean; code?: string };
type Call = { context: CliContext; api: Api; options: Options };

const actions = { status, on, confirm, codes, off, reset } satisfies Record<
  string,
  (call: Call, name: string) => Promise<void>
>;

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('[action]', 'what to do').choices(Object.keys(actions)).default('status'))
    .argument('[name]', 'reset: of the person who lost theirs (for admins)')
    .option('--password-stdin', 'on, codes, off: take the password from stdin')
    .option('--code <code>', 'confirm, codes, off: of the authenticator, or a recovery code');
  addExamples(addFormat(command), [
    ['crane second-factor on', 'asks for the password, shows a QR code, asks for a first code'],
    ['crane second-factor confirm --code 123456', 'the second half, where nobody can be asked'],
    ['crane second-factor codes', 'new recovery codes, in place of those of before'],
    ['crane second-factor off', 'by password and code'],
    ['crane second-factor reset bob', ''],
  ]).action(async (action: keyof typeof actions, name = '', options: Options) => {
    if (action === 'reset' && name === '')
      throw usageError('reset needs a name.', 'List them with: crane users ls');
    await actions[action]({ context, api: connect(context), options }, name);
  });
}

async function status({ context: { terminal }, api, options }: Call): Promise<void> {
  const factor = await api.factors.mine();
  if (isJson(options)) return writeJson(terminal.out, factor);
  terminal.out.write(
    renderPairs(terminal.out, [
      ['second factor', factor.isOn ? 'on' : 'off'],
      ...(factor.since === null ? [] : [['since', new Date(factor.since).toISOString()] as const]),
      ...(factor.isOn ? [['recovery codes left', factor.codesLeft] as const] : []),
    ]),
  );
}

async function on(call: Call): Promise<void> {
  const { context, api, options } = call;
  const { out, err } = context.terminal;
  const begun = await api.factors.begin(await passwordOf(call));
  if (isJson(options)) return writeJson(out, begun);
  out.write(`${begun.qr === null ? '' : `${drawQr(begun.qr)}\n`}${begun.uri}\nsecret: ${begun.secret}\n`);
  err.write('It is shown this once. Give it to an authenticator, which then shows a code.\n');
  if (!process.stdin.isTTY && options.code === undefined)
    err.write('Go on with: crane second-factor confirm --code CODE\n');
  else await confirm(call);
}

async function confirm(call: Call): Promise<void> {
  const { codes: made } = await call.api.factors.confirm(await codeOf(call));
  showCodes(call, made);
}

async function codes(call: Call): Promise<void> {
  const password = await passwordOf(call);
  const { codes: made } = await call.api.factors.renew({ password, code: await codeOf(call) });
  showCodes(call, made);
}

async function off(call: Call): Promise<void> {
  const password = await passwordOf(call);
  await call.api.factors.end({ password, code: await codeOf(call) });
  tell(call, { isOn: false }, 'The second factor is off.');
}

async function reset(call: Call, name: string): Promise<void> {
  await call.api.factors.reset(name);
  tell(call, { reset: name }, `${escapeLine(name)} logs in by password alone, and is logged out everywhere.`);
}

async function passwordOf({ context, options }: Call): Promise<string> {
  return askPassword(context, 'Password', options.passwordStdin === true);
}

async function codeOf({ context, options }: Call): Promise<string> {
  return options.code ?? askText(context, 'Code of the authenticator', '--code');
}

function showCodes({ context: { terminal }, options }: Call, made: readonly string[]): void {
  if (isJson(options)) return writeJson(terminal.out, { codes: made });
  terminal.out.write(`${made.join('\n')}\n`);
  terminal.err.write(
    'The second factor is on. These recovery codes are shown this once; each is good once in place of a code.\n',
  );
}

function tell({ context: { terminal }, options }: Call, document: object, text: string): void {
  if (isJson(options)) writeJson(terminal.out, document);
  else terminal.out.write(`${text}\n`);
}

/** Two rows in a line of half blocks, light on dark as terminals mostly are, with the quiet zone that readers want. */
function drawQr(rows: readonly (readonly boolean[])[]): string {
  const size = rows.length + 4;
  const isLight = (row: number, column: number): boolean => rows[row - 2]?.[column - 2] !== true;
  const blocks = [' ', '▄', '▀', '█'];
  const line = (row: number): string =>
    Array.from({ length: size }, (_, column) => {
      const below = row + 1 < size && isLight(row + 1, column);
      return blocks[(isLight(row, column) ? 2 : 0) + (below ? 1 : 0)] ?? ' ';
    }).join('');
  return Array.from({ length: Math.ceil(size / 2) }, (_, at) => line(2 * at)).join('\n');
}
