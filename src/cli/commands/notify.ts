import { Argument, Option, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../input/duration.ts';
import type { MessageView, TargetView } from '../calls/notify-calls.ts';
import { readTarget, targetOptions, type TargetOptions } from '../input/notify-target.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';

type Options = FormatOptions & TargetOptions & { limit: string; quiet?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(
      new Argument('[action]', 'what to do')
        .choices(['targets', 'ls', 'add', 'rm', 'test', 'messages'])
        .default('targets'),
    )
    .argument('[name]', 'the name of the target')
    .option('--limit <number>', 'messages: how many, the newest first', '20')
    .addOption(new Option('-q, --quiet', 'targets: print the names only'));
  for (const option of targetOptions()) command.addOption(option);
  addExamples(addFormat(command), [
    ['crane notify', 'where you are told, and how it fares'],
    ['crane notify add team --kind slack --secret - < url.txt', 'the address is the secret'],
    [
      'crane notify add mail --kind smtp --host mail.example.com --user crane --from crane@example.com --to ann@example.com --secret -',
      '',
    ],
    ['crane notify add ci --kind webhook --url https://example.com/crane --severity critical', ''],
    ['crane notify add shop --kind webhook --url https://a.example --app shop-1 --match alert=slow*', ''],
    ['crane notify test team', ''],
    ['crane notify messages team', 'what was sent, and what is on its way'],
  ]).action(async (action: string, name: string | undefined, options: Options) => {
    const api = connect(context);
    if (action === 'targets' || action === 'ls') return list(context, api, options);
    if (name === undefined)
      throw usageError('Which target is meant?', 'crane notify targets lists them with their names.');
    if (action === 'add') return add(context, api, name, options);
    if (action === 'rm') return remove(context, api, name, options);
    if (action === 'test') return test(context, api, name, options);
    return showMessages(context, api, name, options);
  });
}

async function add(context: CliContext, api: Api, name: string, options: Options): Promise<void> {
  const { out, err } = context.terminal;
  const { target, secret } = await api.notify.addTarget(await readTarget(context, name, options));
  if (isJson(options)) return writeJson(out, { ...target, secret });
  out.write(`${escapeLine(target.name)} is told: ${escapeLine(placeOf(target))}\n`);
  if (secret !== null) {
    out.write(`CRANE_NOTIFY_SECRET=${secret}\n`);
    err.write('The secret is shown this once; the receiver checks X-Crane-Signature with it.\n');
  }
  err.write(`Try it with: crane notify test ${escapeLine(target.name)}\n`);
}

async function remove(
  { terminal: { out } }: CliContext,
  api: Api,
  name: string,
  options: Options,
): Promise<void> {
  await api.notify.removeTarget(name);
  if (isJson(options)) writeJson(out, { removed: name });
  else out.write(`${escapeLine(name)} is removed\n`);
}

async function test(
  { terminal: { out } }: CliContext,
  api: Api,
  name: string,
  options: Options,
): Promise<void> {
  const { tookMs, isHandedOver } = await api.notify.testTarget(name);
  if (isJson(options)) return writeJson(out, { target: name, tookMs, isHandedOver });
  const what = isHandedOver ? 'was handed to Alertmanager, which sends it' : 'was taken';
  out.write(`The test ${what} (${tookMs} ms).\n`);
}

async function list({ terminal: { out } }: CliContext, api: Api, options: Options): Promise<void> {
  const targets = await api.notify.targets();
  if (isJson(options)) return writeJson(out, targets);
  if (options.quiet === true) {
    for (const { name } of targets) out.write(`${escapeLine(name)}\n`);
    return;
  }
  const now = Date.now();
  out.write(
    renderTable<TargetView>(
      out,
      [
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'WHERE', cell: placeOf },
        { title: 'APP', cell: ({ app }) => app ?? 'all' },
        {
          title: 'TOLD',
          cell: ({ severity, kinds, matchers }) => [`${severity}+`, ...kinds, ...matchers].join(' '),
        },
        { title: 'WAITING', cell: ({ waiting }) => waiting, align: 'right' },
        {
          title: 'LAST SENT',
          cell: ({ lastSentAt }) => (lastSentAt === null ? null : formatAge(now - lastSentAt)),
          align: 'right',
        },
        { title: 'TROUBLE', cell: ({ lastError }) => lastError, format: () => 'red' },
      ],
      targets,
    ),
  );
}

function placeOf({ settings }: TargetView): string {
  if (settings.kind === 'smtp') return `smtp ${settings.host}:${settings.port} → ${settings.to.join(', ')}`;
  if (settings.kind === 'slack' || settings.kind === 'teams')
    return `${settings.kind} ${settings.origin}${settings.channel === null ? '' : ` ${settings.channel}`}`;
  if (settings.kind === 'jira') return `jira ${settings.url} ${settings.project}`;
  const url = 'url' in settings ? settings.url : null;
  return url === null ? settings.kind : `${settings.kind} ${url}`;
}

async function showMessages(
  { terminal: { out } }: CliContext,
  api: Api,
  name: string,
  options: Options,
): Promise<void> {
  const limit = parseWhole(options.limit, '--limit', { min: 1, max: 200 });
  const messages = await api.notify.messages(name, limit);
  if (isJson(options)) return writeJson(out, messages);
  const now = Date.now();
  out.write(
    renderTable<MessageView>(
      out,
      [
        { title: 'AGE', cell: ({ createdAt }) => formatAge(now - createdAt), align: 'right' },
        {
          title: 'STATE',
          cell: ({ state }) => state,
          format: ({ state }) => (state === 'sent' ? 'green' : state === 'failed' ? 'red' : 'yellow'),
        },
        { title: 'NOTICES', cell: ({ items }) => items.length, align: 'right' },
        { title: 'ATTEMPTS', cell: ({ attempts }) => attempts, align: 'right' },
        { title: 'ERROR', cell: ({ error }) => error },
      ],
      messages,
    ),
  );
}
