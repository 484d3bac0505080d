import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import type { CostReportView, PricesView } from '../calls/cost-calls.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson, type Stream } from '../output/terminal.ts';
import { parseSince } from './logs.ts';

type Options = FormatOptions & { since: string; set?: string[]; prices?: boolean };

const amounts = ['cpuCoreHour', 'memoryGibHour', 'instanceHour'] as const;

export function declare(command: Command, context: CliContext): void {
  command
    .argument('[app]', 'an app; without it all of them')
    .option('--since <time>', 'of the last 24h, 7d …, or since a date', '24h')
    .option('--prices', 'show the table of prices instead')
    .option('--set <name=value...>', `change prices, for admins: ${amounts.join(', ')}, currency`);
  addExamples(addFormat(command), [
    ['crane cost', 'what all apps had in the last day, and what scaling saved'],
    ['crane cost shop-1 --since 7d --json', ''],
    ['crane cost --set cpuCoreHour=0.05 --set currency=USD', 'prices of your own'],
  ]).action(async (app: string | undefined, options: Options) => {
    const { out } = context.terminal;
    const { cost } = connect(context);
    if (options.set !== undefined || options.prices === true) {
      const prices =
        options.set === undefined ? await cost.prices() : await cost.setPrices(parsePrices(options.set));
      if (isJson(options)) writeJson(out, prices);
      else out.write(renderPrices(out, prices));
      return;
    }
    const report = await cost.report(app, parseSince(options.since, Date.now()));
    if (isJson(options)) writeJson(out, report);
    else out.write(renderCost(out, report));
  });
}

function parsePrices(settings: readonly string[]): Partial<PricesView> {
  const change: Partial<PricesView> = {};
  for (const setting of settings) {
    const [name = '', value = ''] = setting.split('=');
    const amount = amounts.find((each) => each === name);
    if (name === 'currency') change.currency = value;
    else if (amount !== undefined && /^\d{1,7}(\.\d{1,9})?$/.test(value)) change[amount] = Number(value);
    else
      throw usageError(
        `${JSON.stringify(setting)} is no price.`,
        `Write it as cpuCoreHour=0.04; names: ${amounts.join(', ')}, currency.`,
      );
  }
  return change;
}

type Line = { app: string; service: string; of: CostReportView['apps'][number]['services'][number] };

function renderCost(out: Stream, { apps, total, prices, since, until }: CostReportView): string {
  const lines = apps.flatMap(({ app, services }): Line[] =>
    services.map((of) => ({ app, service: of.service, of })),
  );
  const money = (value: number): string => `${value.toFixed(value < 1 ? 4 : 2)} ${prices.currency}`;
  const hours = (value: number): string => value.toFixed(2);
  const table = renderTable<Line>(
    out,
    [
      { title: 'SERVICE', cell: ({ app, service }) => `${app}/${service}` },
      { title: 'INSTANCE-H', cell: ({ of }) => hours(of.instanceHours), align: 'right' },
      {
        title: 'CPU CORE-H',
        cell: ({ of }) => `${hours(of.cpuCoreHours.used)} / ${hours(of.cpuCoreHours.reserved)}`,
        align: 'right',
      },
      {
        title: 'MEMORY GIB-H',
        cell: ({ of }) => `${hours(of.memoryGibHours.used)} / ${hours(of.memoryGibHours.reserved)}`,
        align: 'right',
      },
      { title: 'COST', cell: ({ of }) => money(of.cost), align: 'right' },
      { title: 'AT MAX', cell: ({ of }) => money(of.costAtMax), align: 'right' },
      { title: 'SAVED', cell: ({ of }) => money(of.saved), align: 'right' },
    ],
    lines,
  );
  const span = ((until - since) / 3_600_000).toFixed(1);
  return `${table}\nUsed / reserved. ${span} hours: ${money(total.cost)} of ${money(total.costAtMax)} at max, ${money(total.saved)} saved by scaling (indicative prices: crane cost --prices).\n`;
}

function renderPrices(out: Stream, prices: PricesView): string {
  return renderTable<(typeof amounts)[number]>(
    out,
    [
      { title: 'PRICE', cell: (name) => name },
      { title: prices.currency, cell: (name) => String(prices[name]), align: 'right' },
    ],
    amounts,
  );
}
