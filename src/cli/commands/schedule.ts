import { Argument, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseSomeDuration, parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatDuration } from '../output/units.ts';
import type { ScheduleView } from '../calls/scaling-calls.ts';
import { parseServiceRef } from '../input/service-ref.ts';

type Options = FormatOptions & { for?: string; min?: string; max?: string; timezone?: string };
type Ref = ReturnType<typeof parseServiceRef>;

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, or one service of it')
    .addArgument(new Argument('[action]', 'what to do').choices(['ls', 'add', 'rm']).default('ls'))
    .argument('[cron or id]', 'add: when the window opens, as "0 8 * * 1-5"; rm: the id of the schedule')
    .option('--for <duration>', 'add: how long the window stays open, as 10h')
    .option('--min <replicas>', 'add: fewest replicas while it is open')
    .option('--max <replicas>', 'add: most replicas while it is open')
    .option('--timezone <name>', 'add: whose clock the expression means; else that of this machine');
  addExamples(addFormat(command), [
    ['crane schedule shop-1 add "0 8 * * 1-5" --for 10h --min 3 --max 8', 'working hours'],
    ['crane schedule shop-1/web add "0 20 * * *" --for 2h --min 5 --max 9 --timezone Europe/Vienna', ''],
    ['crane schedule shop-1', 'all, with what is open now'],
    ['crane schedule shop-1 rm 2', ''],
  ]).action(async (ref: string, action: string, what: string | undefined, options: Options) => {
    const place = parseServiceRef(ref);
    const api = connect(context);
    if (action === 'add') await add(context, api, place, what, options);
    else if (action === 'rm') await remove(context, api, place, what, options);
    else await list(context, api, place, options);
  });
}

async function list(context: CliContext, api: Api, { app, service }: Ref, options: Options): Promise<void> {
  const all = await api.scaling.schedules(app);
  show(
    context,
    all.filter((item) => service === null || item.service === service),
    isJson(options),
  );
}

async function add(
  context: CliContext,
  api: Api,
  { app, service }: Ref,
  cron: string | undefined,
  options: Options,
): Promise<void> {
  if (
    cron === undefined ||
    options.for === undefined ||
    options.min === undefined ||
    options.max === undefined
  )
    throw usageError(
      'A schedule needs a cron expression, --for, --min and --max.',
      'Write it as: crane schedule shop-1 add "0 8 * * 1-5" --for 10h --min 3 --max 8',
    );
  const bounds = { min: 0, max: 1000 };
  const schedule = await api.scaling.addSchedule(app, {
    cron,
    timeZone: options.timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    durationMs: parseSomeDuration(options.for, '--for'),
    min: parseWhole(options.min, '--min', bounds),
    max: parseWhole(options.max, '--max', bounds),
    ...(service === null ? {} : { service }),
  });
  if (isJson(options)) writeJson(context.terminal.out, schedule);
  else show(context, [schedule], false);
}

async function remove(
  context: CliContext,
  api: Api,
  { app }: Ref,
  id: string | undefined,
  options: Options,
): Promise<void> {
  if (id === undefined)
    throw usageError('rm needs the id of a schedule.', `List them with: crane schedule ${app} ls`);
  const number = parseWhole(id, 'the id of a schedule', { min: 1, max: 999_999_999 });
  await api.scaling.removeSchedule(app, number);
  if (isJson(options)) writeJson(context.terminal.out, { removed: number });
}

function show({ terminal: { out } }: CliContext, schedules: ScheduleView[], isJsonWanted: boolean): void {
  if (isJsonWanted) return writeJson(out, schedules);
  const moment = (at: number, { timeZone }: ScheduleView): string =>
    new Date(at).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  out.write(
    renderTable<ScheduleView>(
      out,
      [
        { title: 'ID', cell: (item) => item.id, align: 'right' },
        { title: 'SERVICE', cell: (item) => item.service },
        { title: 'OPENS', cell: (item) => item.cron },
        { title: 'TIME ZONE', cell: (item) => item.timeZone },
        { title: 'FOR', cell: (item) => formatDuration(item.durationMs) },
        { title: 'BOUNDS', cell: (item) => `${item.min}-${item.max}` },
        {
          title: 'NOW',
          cell: (item) => (item.open === null ? 'closed' : `open until ${moment(item.open.until, item)}`),
          format: (item) => (item.open === null ? null : 'green'),
        },
        { title: 'OPENS NEXT', cell: (item) => (item.opensAt === null ? null : moment(item.opensAt, item)) },
        { title: 'BY', cell: (item) => item.createdBy },
      ],
      schedules,
    ),
  );
}
