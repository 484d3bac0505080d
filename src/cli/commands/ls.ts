import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { paintState } from '../output/paint-state.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { AppView } from '../calls/views.ts';

type Options = FormatOptions & { quiet?: boolean };

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(command.option('-q, --quiet', 'print the names only')), [
    ['crane ls', ''],
    ['crane ls --json', 'an array of apps, for scripts'],
  ]).action(async (options: Options) => listApps(context, options));
}

async function listApps(context: CliContext, options: Options): Promise<void> {
  const { out } = context.terminal;
  const apps = await connect(context).apps();
  if (isJson(options)) return writeJson(out, apps);
  if (options.quiet === true) return out.write(apps.map((app) => `${app.uniqueName}\n`).join(''));
  const now = Date.now();
  out.write(
    renderTable<AppView>(
      out,
      [
        { title: 'APP', cell: (app) => app.uniqueName },
        { title: 'STATE', cell: (app) => app.state, format: (app) => paintState(app.state) },
        { title: 'READY', cell: readyOf },
        { title: 'RELEASE', cell: (app) => app.release, align: 'right' },
        { title: 'OWNER', cell: (app) => app.owner },
        { title: 'AGE', cell: (app) => formatAge(now - app.createdAt) },
        { title: 'URL', cell: (app) => app.url },
        { title: 'REASON', cell: (app) => app.reason ?? '' },
      ],
      apps,
    ),
  );
  if (apps.length === 0)
    context.terminal.err.write('No apps yet. Deploy one: crane deploy -f compose.yaml\n');
}

/** Ready and wanted instances of all services: `3/4`. */
function readyOf(app: AppView): string {
  const sum = (pick: (service: AppView['services'][number]) => number): number =>
    app.services.reduce((total, service) => total + pick(service), 0);
  return `${sum((service) => service.ready)}/${sum((service) => service.replicas)}`;
}
