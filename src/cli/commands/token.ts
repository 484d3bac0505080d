import { Argument, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseSomeDuration, parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { TokenVerb, TokenView } from '../calls/people-calls.ts';

type Options = FormatOptions & { for?: string; verbs?: string; app?: string[] };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('[action]', 'what to do').choices(['ls', 'add', 'rm']).default('ls'))
    .argument('[name or id]', 'add: what it is called; rm: id of the token')
    .option('--for <duration>', 'add: how long it is good, as 90d; else until it is revoked')
    .option('--verbs <verbs>', 'add: only these, of view,operate,deploy,manage')
    .option('--app <app>', 'add: only this app; may be given several times', append);
  addExamples(addFormat(command), [
    ['crane token add ci --for 90d --verbs view,deploy --app shop-1', 'printed this once'],
    ['crane token', 'yours, with what they may and when they were used'],
    ['crane token rm 3', 'refused from now on'],
  ]).action(async (action: string, what: string | undefined, options: Options) => {
    const api = connect(context);
    if (action === 'ls') return show(context, await api.people.tokens(), options);
    if (what === undefined)
      throw usageError(
        action === 'add' ? 'A token needs a name.' : 'Which token is meant?',
        'crane token ls',
      );
    return action === 'add' ? add(context, api, what, options) : revoke(context, api, what, options);
  });
}

async function add(context: CliContext, api: Api, name: string, options: Options): Promise<void> {
  const { secret, token } = await api.people.addToken({
    name,
    expiresInSeconds:
      options.for === undefined ? null : Math.round(parseSomeDuration(options.for, '--for') / 1000),
    verbs: options.verbs === undefined ? null : readVerbs(options.verbs),
    apps: options.app ?? null,
  });
  const { out, err } = context.terminal;
  if (isJson(options)) return writeJson(out, { token, secret });
  out.write(`${secret}\n`);
  err.write('It is shown this once. Use it as CRANE_TOKEN, or with: crane login --token -\n');
}

function readVerbs(text: string): TokenVerb[] {
  return text.split(',').map((word) => {
    if (word === 'view' || word === 'operate' || word === 'deploy' || word === 'manage') return word;
    throw usageError(
      `There is no verb ${JSON.stringify(word)}.`,
      'Verbs are view, operate, deploy and manage, with commas between them.',
    );
  });
}

async function revoke(context: CliContext, api: Api, text: string, options: Options): Promise<void> {
  const id = parseWhole(text, 'the id of a token', { min: 1, max: 999_999_999 });
  await api.people.revokeToken(id);
  if (isJson(options)) writeJson(context.terminal.out, { revoked: id });
  else context.terminal.out.write(`Token ${id} is revoked.\n`);
}

function show({ terminal: { out } }: CliContext, tokens: TokenView[], options: Options): void {
  if (isJson(options)) return writeJson(out, tokens);
  const ago = (at: number): string => `${formatAge(Date.now() - at)} ago`;
  out.write(
    renderTable<TokenView>(
      out,
      [
        { title: 'ID', cell: (token) => token.id, align: 'right' },
        { title: 'NAME', cell: (token) => token.name },
        { title: 'VERBS', cell: (token) => token.verbs?.join(',') ?? 'all' },
        { title: 'APPS', cell: (token) => token.apps?.join(',') ?? 'all' },
        { title: 'USED', cell: (token) => (token.lastUsedAt === null ? 'never' : ago(token.lastUsedAt)) },
        {
          title: 'GOOD UNTIL',
          cell: (token) => (token.expiresAt === null ? 'revoked' : new Date(token.expiresAt).toISOString()),
        },
      ],
      tokens,
    ),
  );
}
