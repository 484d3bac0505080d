import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseInstanceRef } from '../input/instance-ref.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import type { InstanceProcessesView } from '../calls/views.ts';

export function declare(command: Command, context: CliContext): void {
  command.argument('<app[/service]>', 'an app, or one service of it');
  addExamples(addFormat(command), [
    ['crane top shop-1', 'the processes of every running instance'],
    ['crane top shop-1/web --json', ''],
  ]).action(async (target: string, options: FormatOptions) => showProcesses(context, target, options));
}

async function showProcesses(context: CliContext, target: string, options: FormatOptions): Promise<void> {
  const { out } = context.terminal;
  const { app, service } = parseInstanceRef(target);
  const tables = await connect(context).processes(app, service);
  if (isJson(options)) return writeJson(out, tables);
  const titles = [...new Set(tables.flatMap((table) => table.titles))];
  const rows = tables.flatMap((table) => table.processes.map((cells) => ({ table, cells })));
  type Row = { table: InstanceProcessesView; cells: readonly string[] };
  out.write(
    renderTable<Row>(
      out,
      [
        { title: 'INSTANCE', cell: ({ table }) => table.instance },
        ...titles.map((title) => ({
          title,
          cell: ({ table, cells }: Row) => cells[table.titles.indexOf(title)] ?? null,
        })),
      ],
      rows,
    ),
  );
}
