import type { CliContext } from './context.ts';
import { escapeLine } from './output/escape.ts';
import { paintState } from './output/paint-state.ts';
import { renderSteeringNotes } from './output/steering-notes.ts';
import { renderTable } from './output/table.ts';
import { writeJson } from './output/terminal.ts';
import type { AppView, ServiceView } from './calls/views.ts';

/** An app with its services: the result of every command that changes one. */
export function showApp(
  { terminal: { out } }: Pick<CliContext, 'terminal'>,
  app: AppView,
  options: { json: boolean },
): void {
  if (options.json) return writeJson(out, app);
  const format = paintState(app.state);
  const state = escapeLine(app.state);
  const parts = [
    out.paint('bold', escapeLine(app.uniqueName)),
    format === null ? state : out.paint(format, state),
    app.release === null ? '' : `release ${app.release}`,
    app.canary === null || app.canary === undefined
      ? ''
      : `canary release ${app.canary.release} at ${app.canary.weight} %`,
    app.reason === null ? '' : escapeLine(app.reason),
  ];
  out.write(`${parts.filter((part) => part !== '').join('  ')}\n`);
  if (app.services.length > 0) out.write(renderServices(out, app.services));
  out.write(renderSteeringNotes(out, app, Date.now()));
}

function renderServices(out: CliContext['terminal']['out'], services: readonly ServiceView[]): string {
  return renderTable(
    out,
    [
      { title: 'SERVICE', cell: (service) => service.name },
      { title: 'READY', cell: (service) => `${service.ready}/${service.replicas}` },
      {
        title: 'BOUNDS',
        cell: (service) => (service.min === service.max ? null : `${service.min}-${service.max}`),
      },
      { title: 'IMAGE', cell: (service) => service.image },
      { title: 'URL', cell: (service) => service.url },
    ],
    services,
  );
}
