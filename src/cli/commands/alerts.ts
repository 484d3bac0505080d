import { readFileSync } from 'node:fs';
import { Argument, Option, type Command } from 'commander';
import { z } from 'zod';
import type { AlertsPreview, NewSource, SourceView } from '../calls/alert-calls.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';

type Options = FormatOptions & { type: SourceView['format']; map?: string[]; file?: string };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('[what]', 'what is meant').choices(['sources']).default('sources'))
    .addArgument(new Argument('[action]', 'what to do').choices(['ls', 'add', 'rm', 'test']).default('ls'))
    .argument('[name]', 'the name of the source')
    .addOption(
      new Option('--type <format>', 'add: what it sends')
        .choices(['grafana', 'alertmanager', 'generic'])
        .default('grafana'),
    )
    .option(
      '--map <field=pointer>',
      'add, generic: where a field is, as name=/title; service==web is always web; may be given several times',
      append,
    )
    .option('--file <path>', 'test: a payload as JSON');
  addExamples(addFormat(command), [
    ['crane alerts sources add grafana', 'prints address and secret, shown this once'],
    [
      'crane alerts sources add nagios --type generic --map alerts=/items --map status=/state --map name=/check --map app=/app --map service=/svc --map startsAt=/time',
      '',
    ],
    ['crane alerts sources test nagios --file sample.json', 'what it would be read as; nothing is stored'],
    ['crane alerts sources rm nagios', ''],
  ]).action(async (_what: string, action: string, name: string | undefined, options: Options) => {
    const api = connect(context);
    const { out, err } = context.terminal;
    if (action === 'ls') return list(context, await api.alerts.sources(), options);
    if (name === undefined)
      throw usageError('Which source is meant?', 'crane alerts sources lists them with their names.');
    if (action === 'rm') {
      await api.alerts.removeSource(name);
      if (isJson(options)) writeJson(out, { removed: name });
      else out.write(`${escapeLine(name)} is removed\n`);
      return;
    }
    if (action === 'test')
      return show(context, await api.alerts.preview(name, readPayload(options)), options);
    const mapping = options.map === undefined ? undefined : readMapping(options.map);
    const { source, secret } = await api.alerts.addSource({
      name,
      format: options.type,
      ...(mapping === undefined ? {} : { mapping }),
    });
    if (isJson(options)) return writeJson(out, { ...source, secret });
    out.write(`CRANE_ALERTS_URL=${api.url}${source.path}\nCRANE_ALERTS_SECRET=${secret}\n`);
    err.write('The secret is shown this once; the sender gives it as "Authorization: Bearer …".\n');
  });
}

const fields = z.strictObject({
  alerts: z.string().exactOptional(),
  status: z.string(),
  firing: z.array(z.string()).exactOptional(),
  resolved: z.array(z.string()).exactOptional(),
  name: z.string(),
  severity: z.string().exactOptional(),
  app: z.string().exactOptional(),
  service: z.string(),
  startsAt: z.string(),
  endsAt: z.string().exactOptional(),
  fingerprint: z.string().exactOptional(),
  text: z.string().exactOptional(),
});

function readMapping(pairs: readonly string[]): NonNullable<NewSource['mapping']> {
  const entries = pairs.map((pair) => {
    const [, field = '', value = ''] = /^([a-zA-Z]+)=(.*)$/s.exec(pair) ?? [];
    const isList = field === 'firing' || field === 'resolved';
    return [field, isList ? value.split(',') : value];
  });
  const parsed = fields.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usageError(
    `--map: ${issue?.path.join('.') || 'a field'}: ${issue?.message ?? 'is wrong'}`,
    'status, name, service and startsAt are needed; write each as --map name=/title',
  );
}

function readPayload({ file }: Options): unknown {
  if (file === undefined) throw usageError('test needs --file.', 'A payload as the other system sends it.');
  try {
    const payload: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return payload;
  } catch (error) {
    throw usageError(
      `${file}: ${error instanceof Error ? error.message : 'it cannot be read'}`,
      'Give a JSON file.',
    );
  }
}

function list({ terminal: { out } }: CliContext, sources: readonly SourceView[], options: Options): void {
  if (isJson(options)) return writeJson(out, sources);
  const now = Date.now();
  out.write(
    renderTable<SourceView>(
      out,
      [
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'TYPE', cell: ({ format }) => format },
        { title: 'PATH', cell: ({ path }) => path },
        {
          title: 'LAST USED',
          cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : formatAge(now - lastUsedAt)),
        },
      ],
      sources,
    ),
  );
}

function show({ terminal: { out } }: CliContext, preview: AlertsPreview, options: Options): void {
  if (isJson(options)) return writeJson(out, preview);
  for (const { status, name, severity, labels, note } of preview.alerts)
    out.write(
      `${status} ${escapeLine(name)} (${escapeLine(severity)}) for ${escapeLine(labels['app'] ?? '?')}/${escapeLine(labels['service'] ?? '?')}${note === null ? '' : `: no effect, ${escapeLine(note)}`}\n`,
    );
  for (const { index, reason } of preview.rejected)
    out.write(`alert ${index} is rejected: ${escapeLine(reason)}\n`);
}
