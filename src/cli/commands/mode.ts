import { Argument, type Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import type { ModeChange } from '../calls/scaling-calls.ts';
import { parseServiceRef } from '../input/service-ref.ts';
import type { AppView, ServiceView } from '../calls/views.ts';

const modes = ['auto', 'dry-run', 'paused', 'default'] as const satisfies readonly ModeChange['mode'][];

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, or one service of it')
    .addArgument(
      new Argument(
        '[mode]',
        'auto acts; dry-run decides and records; paused holds; default is what the compose file says. Without it: show',
      ).choices(modes),
    );
  addExamples(addFormat(command), [
    ['crane mode shop-1', 'the mode of each service, and who set it'],
    ['crane mode shop-1/web dry-run', 'see in crane decisions what would be done'],
    ['crane mode shop-1 paused', 'every service; holds through deployments'],
  ]).action(async (ref: string, mode: (typeof modes)[number] | undefined, options: FormatOptions) =>
    changeMode(context, ref, mode, options),
  );
}

async function changeMode(
  context: CliContext,
  ref: string,
  mode: (typeof modes)[number] | undefined,
  options: FormatOptions,
): Promise<void> {
  const { app: name, service } = parseServiceRef(ref);
  const api = connect(context);
  const services = service === null ? {} : { services: [service] };
  const app =
    mode === undefined ? await api.app(name) : await api.scaling.setMode(name, { mode, ...services });
  showModes(context, app, service, isJson(options));
}

function showModes(
  { terminal: { out } }: CliContext,
  app: AppView,
  service: string | null,
  isJsonWanted: boolean,
): void {
  const services = app.services.filter(({ name }) => service === null || name === service);
  if (isJsonWanted)
    return writeJson(
      out,
      services.map(({ name, mode, modeBy }) => ({ app: app.uniqueName, service: name, mode, modeBy })),
    );
  out.write(
    renderTable<ServiceView>(
      out,
      [
        { title: 'SERVICE', cell: ({ name }) => `${app.uniqueName}/${name}` },
        { title: 'MODE', cell: ({ mode }) => mode },
        { title: 'SET BY', cell: ({ modeBy }) => modeBy ?? 'the release' },
      ],
      services,
    ),
  );
}
