import { Argument, InvalidArgumentError, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { DeliveryView, WebhookView } from '../calls/views.ts';

type Options = FormatOptions & { events?: string[]; app?: string; limit: number; quiet?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(
      new Argument('[action]', 'what to do')
        .choices(['ls', 'add', 'rm', 'enable', 'deliveries'])
        .default('ls'),
    )
    .argument('[url or id]', 'add: the address to be told; else the id of the webhook')
    .option(
      '--events <kinds>',
      'add: only these, as deployment.*,scan.done; may be given several times',
      append,
    )
    .option('--app <app>', 'add: only events of this app')
    .option('--limit <number>', 'deliveries: how many attempts, the newest first', readLimit, 50)
    .option('-q, --quiet', 'ls: print the ids only');
  addExamples(addFormat(command), [
    ['crane webhook add https://example.com/crane --events deployment.*', 'prints a secret, shown this once'],
    ['crane webhook', 'all, and why one is disabled'],
    ['crane webhook deliveries webhook-m1x2y3', 'what was sent and what came back'],
    ['crane webhook enable webhook-m1x2y3', 'go on with the event it stopped at'],
    ['crane webhook rm webhook-m1x2y3', ''],
  ]).action(async (action: string, what: string | undefined, options: Options) => {
    const api = connect(context);
    if (action === 'ls') return list(context, api, options);
    if (action === 'add') return add(context, api, what, options);
    if (what === undefined)
      throw usageError('Which webhook is meant?', 'crane webhook ls lists them with their ids.');
    if (action === 'deliveries') return showDeliveries(context, api, what, options);
    return change(context, api, { action, id: what, json: isJson(options) });
  });
}

function readLimit(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 500) throw new InvalidArgumentError('It is 1 to 500.');
  return Number(text);
}

async function add(
  { terminal: { out, err } }: CliContext,
  api: Api,
  url: string | undefined,
  options: Options,
): Promise<void> {
  if (url === undefined) throw usageError('Where are events to be told?', 'Write: crane webhook add URL');
  const events = (options.events ?? []).flatMap((kinds) => kinds.split(',')).filter((kind) => kind !== '');
  const { webhook, secret } = await api.delivery.addWebhook({ url, events, app: options.app });
  if (isJson(options)) return writeJson(out, { ...webhook, secret });
  out.write(`CRANE_WEBHOOK_ID=${webhook.id}\nCRANE_WEBHOOK_SECRET=${secret}\n`);
  err.write('The secret is shown this once; the receiver checks X-Crane-Signature with it.\n');
}

async function change(
  { terminal: { out } }: CliContext,
  api: Api,
  { action, id, json }: { action: string; id: string; json: boolean },
): Promise<void> {
  if (action === 'enable') {
    const webhook = await api.delivery.enableWebhook(id);
    if (json) writeJson(out, webhook);
    else out.write(`${escapeLine(id)} is ${webhook.state}\n`);
    return;
  }
  await api.delivery.removeWebhook(id);
  if (json) writeJson(out, { removed: id });
  else out.write(`${escapeLine(id)} is removed\n`);
}

async function list({ terminal: { out } }: CliContext, api: Api, options: Options): Promise<void> {
  const webhooks = await api.delivery.webhooks();
  if (isJson(options)) return writeJson(out, webhooks);
  if (options.quiet === true) {
    for (const { id } of webhooks) out.write(`${escapeLine(id)}\n`);
    return;
  }
  out.write(
    renderTable<WebhookView>(
      out,
      [
        { title: 'ID', cell: (webhook) => webhook.id },
        { title: 'STATE', cell: (webhook) => webhook.state },
        { title: 'EVENTS', cell: ({ events }) => events.join(',') || 'all' },
        { title: 'URL', cell: (webhook) => webhook.url },
        { title: 'NOTE', cell: (webhook) => webhook.reason },
      ],
      webhooks,
    ),
  );
}

async function showDeliveries(
  { terminal: { out } }: CliContext,
  api: Api,
  id: string,
  options: Options,
): Promise<void> {
  const deliveries = await api.delivery.deliveries(id, options.limit);
  if (isJson(options)) return writeJson(out, deliveries);
  const now = Date.now();
  out.write(
    renderTable<DeliveryView>(
      out,
      [
        { title: 'AGE', cell: ({ at }) => formatAge(now - at) },
        { title: 'EVENT', cell: ({ eventSeq }) => eventSeq, align: 'right' },
        { title: 'KIND', cell: ({ kind }) => kind },
        { title: 'ATTEMPT', cell: ({ attempt }) => attempt, align: 'right' },
        { title: 'STATUS', cell: ({ status }) => status, align: 'right' },
        { title: 'TOOK', cell: ({ tookMs }) => `${tookMs} ms`, align: 'right' },
        { title: 'NOTE', cell: ({ error }) => error },
      ],
      deliveries,
    ),
  );
}
