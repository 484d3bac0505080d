import { Argument, type Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseSomeDuration, parseWhole } from '../input/duration.ts';
import type { SilenceView } from '../calls/silence-calls.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatDuration } from '../output/units.ts';
import { parseServiceRef } from '../input/service-ref.ts';

type Options = FormatOptions & { for?: string; alert?: string; reason?: string };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, or one service of it')
    .addArgument(new Argument('[action]', 'what to do').choices(['ls', 'add', 'rm']).default('ls'))
    .argument('[id]', 'rm: the id of the silence')
    .option('--for <duration>', 'add: how long, as 1h')
    .option('--alert <name>', 'add: only alerts of this name; * stands for any text')
    .option('--reason <text>', 'add: why, for those who wonder');
  addExamples(addFormat(command), [
    ['crane silence shop-1/web add --for 1h --reason "load test"', ''],
    ['crane silence shop-1 add --for 30m --alert "slow*"', ''],
    ['crane silence shop-1', 'all, those that are over too'],
    ['crane silence shop-1 rm 3', 'end it now'],
  ]).action(async (ref: string, action: string, id: string | undefined, options: Options) => {
    const { app, service } = parseServiceRef(ref);
    const api = connect(context).silences;
    const { out } = context.terminal;
    if (action === 'rm') {
      if (id === undefined)
        throw usageError('rm needs the id of a silence.', `crane silence ${app} lists them.`);
      const number = parseWhole(id, 'the id of a silence', { min: 1, max: 999_999_999 });
      await api.end(app, number);
      if (isJson(options)) writeJson(out, { ended: number });
      else out.write(`silence ${number} is ended\n`);
      return;
    }
    if (action === 'ls') return show(context, await api.list(app), options);
    if (options.for === undefined)
      throw usageError('A silence needs --for.', 'Write it as: crane silence shop-1 add --for 1h');
    const made = await api.add(app, {
      forMs: parseSomeDuration(options.for, '--for'),
      reason: options.reason ?? '',
      ...(service === null ? {} : { service }),
      ...(options.alert === undefined ? {} : { alert: options.alert }),
    });
    if (isJson(options)) writeJson(out, made);
    else show(context, [made], options);
  });
}

function show({ terminal: { out } }: CliContext, silences: readonly SilenceView[], options: Options): void {
  if (isJson(options)) return writeJson(out, silences);
  const now = Date.now();
  out.write(
    renderTable<SilenceView>(
      out,
      [
        { title: 'ID', cell: ({ id }) => id, align: 'right' },
        { title: 'KIND', cell: ({ kind }) => kind },
        { title: 'SERVICE', cell: ({ service }) => service ?? 'all' },
        { title: 'ALERT', cell: ({ alert }) => alert ?? 'all' },
        {
          title: 'STATE',
          cell: ({ endedAt, until }) =>
            endedAt !== null || until <= now ? 'over' : `${formatDuration(until - now)} left`,
          format: ({ endedAt, until }) => (endedAt !== null || until <= now ? 'dim' : 'yellow'),
        },
        { title: 'BY', cell: ({ by }) => by },
        { title: 'REASON', cell: ({ reason }) => reason },
      ],
      silences,
    ),
  );
}
