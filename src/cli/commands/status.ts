import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { paintState } from '../output/paint-state.ts';
import { renderSteeringNotes } from '../output/steering-notes.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { PartView } from '../calls/views.ts';

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(command), [
    ['crane status', 'exit code 1 when a part is not ok'],
    ['crane status --json', ''],
  ]).action(async (options: FormatOptions) => showStatus(context, options));
}

async function showStatus(context: CliContext, options: FormatOptions): Promise<void> {
  const { out } = context.terminal;
  const api = connect(context);
  const status = await api.status();
  const isWhole = status.parts.every((part) => part.state === 'ok');
  if (!isWhole) context.setExitCode(1);
  if (isJson(options)) return writeJson(out, { url: api.url, ok: isWhole, ...status });
  const now = Date.now();
  out.write(
    renderTable<PartView>(
      out,
      [
        { title: 'PART', cell: (part) => part.name },
        { title: 'STATE', cell: (part) => part.state, format: (part) => paintState(part.state) },
        { title: 'VERSION', cell: (part) => part.version },
        { title: 'SINCE', cell: (part) => formatAge(now - part.since) },
        { title: 'URL', cell: (part) => part.url },
        {
          title: 'REASON',
          cell: (part) => [part.reason, part.consequence].filter((text) => text !== null).join('; '),
        },
      ],
      status.parts,
    ),
  );
  for (const app of await api.apps()) out.write(renderSteeringNotes(out, app, now));
  out.write(`\n${status.apps} app(s), ${status.instances} instance(s), control plane ${api.url}\n`);
}
