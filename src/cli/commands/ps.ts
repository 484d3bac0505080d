import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { paintState } from '../output/paint-state.ts';
import { renderSteeringNotes } from '../output/steering-notes.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { InstanceView } from '../calls/views.ts';

type Options = FormatOptions & { quiet?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .option('-q, --quiet', 'print the names of the instances only');
  addExamples(addFormat(command), [
    ['crane ps shop-1', ''],
    ['crane ps shop-1 --json', 'an array of instances, for scripts'],
  ]).action(async (app: string, options: Options) => listInstances(context, app, options));
}

async function listInstances(context: CliContext, app: string, options: Options): Promise<void> {
  const { out } = context.terminal;
  const api = connect(context);
  const instances = await api.instances(app);
  if (isJson(options)) return writeJson(out, instances);
  if (options.quiet === true) return out.write(instances.map((item) => `${item.instance}\n`).join(''));
  const now = Date.now();
  out.write(
    renderTable<InstanceView>(
      out,
      [
        { title: 'INSTANCE', cell: (item) => item.instance },
        { title: 'SERVICE', cell: (item) => item.service },
        { title: 'STATE', cell: (item) => item.state, format: (item) => paintState(item.state) },
        { title: 'HEALTH', cell: (item) => item.health, format: (item) => paintState(item.health) },
        { title: 'RELEASE', cell: (item) => item.release, align: 'right' },
        { title: 'RESTARTS', cell: (item) => item.restarts, align: 'right' },
        { title: 'UP', cell: (item) => (item.startedAt === null ? null : formatAge(now - item.startedAt)) },
      ],
      instances,
    ),
  );
  out.write(renderSteeringNotes(out, await api.app(app), now));
}
