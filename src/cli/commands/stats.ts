import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable, type Column } from '../output/table.ts';
import { writeJson, writeJsonLine, type Format, type Stream } from '../output/terminal.ts';
import { formatBytes } from '../output/units.ts';
import type { InstanceUsageView, UsageReportView } from '../calls/views.ts';

/** Each table takes the place of the one before. */
const clearScreen = '\u001b[H\u001b[2J';

type Options = FormatOptions & { follow?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .option('-f, --follow', 'go on, each second; with JSON one document per line');
  addExamples(addFormat(command), [
    ['crane stats shop-1', 'CPU, memory, network and disk of every instance'],
    ['crane stats shop-1 --follow', 'until Ctrl-C'],
    ['crane stats shop-1 --json', 'for scripts: bytes, cores and percentages of the limits'],
  ]).action(async (app: string, options: Options) => {
    if (options.follow === true) await followStats(context, app, options);
    else await showStats(context, app, options);
  });
}

async function showStats(context: CliContext, app: string, options: Options): Promise<void> {
  const { out } = context.terminal;
  const report = await connect(context).stats(app);
  if (isJson(options)) writeJson(out, report);
  else out.write(renderReport(out, report));
}

async function followStats(context: CliContext, app: string, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const { out } = terminal;
  for await (const report of connect(context).followStats(app, signal)) {
    if (isJson(options)) writeJsonLine(out, report);
    else if (out.isTty) out.redraw(clearScreen, renderReport(out, report));
    else out.write(`${renderReport(out, report)}\n`);
  }
}

function renderReport(out: Stream, { instances }: UsageReportView): string {
  return renderTable<InstanceUsageView>(
    out,
    [
      { title: 'INSTANCE', cell: (item) => item.instance },
      { title: 'SERVICE', cell: (item) => item.service },
      { title: 'CPU', cell: ({ usage }) => formatCores(usage?.cpuCores ?? null), align: 'right' },
      {
        title: 'CPU %',
        cell: ({ usage }) => formatPercent(usage?.cpuPercent ?? null),
        align: 'right',
        format: ({ usage }) => paintPercent(usage?.cpuPercent ?? null),
      },
      { title: 'MEMORY', cell: ({ usage }) => formatMemory(usage), align: 'right' },
      {
        title: 'MEM %',
        cell: ({ usage }) => formatPercent(usage?.memoryPercent ?? null),
        align: 'right',
        format: ({ usage }) => paintPercent(usage?.memoryPercent ?? null),
      },
      { title: 'NET IN/OUT', cell: ({ usage }) => formatPair(usage?.receivedBytes, usage?.sentBytes) },
      { title: 'DISK READ/WRITE', cell: ({ usage }) => formatPair(usage?.readBytes, usage?.writtenBytes) },
      { title: 'PIDS', cell: ({ usage }) => usage?.pids ?? null, align: 'right' },
      { title: 'RESTARTS', cell: (item) => item.restarts, align: 'right' },
      ...(instances.some((item) => item.missing !== null) ? [noteColumn] : []),
    ],
    instances,
  );
}

/** Why nothing is measured; only when that is so of any. */
const noteColumn: Column<InstanceUsageView> = { title: 'NOTE', cell: (item) => item.missing };

function formatCores(cores: number | null): string | null {
  return cores === null ? null : cores.toFixed(2);
}

function formatPercent(percent: number | null): string | null {
  return percent === null ? null : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** A limit that is nearly reached, by CPU or memory, is worth a look. */
function paintPercent(percent: number | null): Format | null {
  if (percent === null || percent < 80) return null;
  return percent < 95 ? 'yellow' : 'red';
}

function formatMemory(usage: InstanceUsageView['usage']): string | null {
  if (usage === null) return null;
  const { memoryBytes, memoryLimitBytes } = usage;
  return memoryLimitBytes === null
    ? formatBytes(memoryBytes)
    : `${formatBytes(memoryBytes)} / ${formatBytes(memoryLimitBytes)}`;
}

function formatPair(first: number | undefined, second: number | undefined): string | null {
  return first === undefined || second === undefined
    ? null
    : `${formatBytes(first)} / ${formatBytes(second)}`;
}
